"""Letters into papers, each on its own: one that cannot be made does not stop the others."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterable
from dataclasses import dataclass

from include.campaign.render import Paper, render
from include.campaign.report import Letter

WHY_LENGTH = 300
MANY = 40
"""Letters from which on they are shared out over the machine's cores: a process more costs as much as a few letters."""
SECONDS = 600
"""For all of them, a hundred times what a province needs: a process that was killed would be waited for for ever."""


@dataclass(frozen=True)
class Made:
    """A letter and its paper; None: it could not be made, and `why` says why."""

    letter: Letter
    paper: Paper | None
    why: str = ""


def make(letters: Iterable[Letter]) -> list[Made]:
    """Render every letter, in their order; many of them by one process a core.

    Raises:
        multiprocessing.TimeoutError: a process was killed (most likely for want of memory), or is stuck.
    """
    due = list(letters)
    processes = min(os.cpu_count() or 1, len(due) // MANY)
    if processes < 2:
        return [make_one(letter) for letter in due]
    # Forked, they have the letters and the loaded modules without being sent them, and end when their parent is gone.
    # One letter at a time: the Department's takes as long as fifty others.
    with multiprocessing.get_context("fork").Pool(processes, _begin, (due,)) as pool:
        papers = pool.map_async(_nth, range(len(due)), chunksize=1).get(SECONDS)
    return [Made(letter, *paper) for letter, paper in zip(due, papers, strict=True)]


def make_one(letter: Letter) -> Made:
    """Render a letter. Whatever goes wrong in one holds that paper: a template, a chart without data, a bad font."""
    try:
        return Made(letter, render(letter))
    except Exception as error:
        return Made(letter, None, f"{type(error).__name__}: {' '.join(str(error).split())}"[:WHY_LENGTH])


_due: list[Letter] = []
"""What a process that helps renders from; empty everywhere else."""


def _begin(due: list[Letter]) -> None:
    """In a process that helps: take the letters, and end when told to (a task's own handler would not)."""
    _due.extend(due)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _nth(number: int) -> tuple[Paper | None, str]:
    """In a process that helps: one letter's paper, and why there is none."""
    made = make_one(_due[number])
    return made.paper, made.why
