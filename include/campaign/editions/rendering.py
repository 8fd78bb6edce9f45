"""Letters into papers, each on its own: one that cannot be made does not stop the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from include.campaign.render import Paper, render
from include.campaign.report import Letter

WHY_LENGTH = 300


@dataclass(frozen=True)
class Made:
    """A letter and its paper; None: it could not be made, and `why` says why."""

    letter: Letter
    paper: Paper | None
    why: str = ""


def make(letters: Iterable[Letter]) -> list[Made]:
    """Render every letter, in their order."""
    return [make_one(letter) for letter in letters]


def make_one(letter: Letter) -> Made:
    """Render a letter. Whatever goes wrong in one holds that paper: a template, a chart without data, a bad font."""
    try:
        return Made(letter, render(letter))
    except Exception as error:
        return Made(letter, None, f"{type(error).__name__}: {' '.join(str(error).split())}"[:WHY_LENGTH])
