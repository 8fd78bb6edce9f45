"""Many letters are rendered by several processes: the same papers, and nothing hangs or stays behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing.connection import Connection

import psutil
import pytest

from include.campaign.editions import rendering
from include.campaign.editions.rendering import make, make_one
from include.campaign.render import Paper, render
from include.campaign.report import Letter
from tests.campaign.papers.conftest import FullDays
from tests.pages import only_pages

DAY = "2025-03-09"


@pytest.fixture
def letters(full_days: FullDays, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Letter]]:
    """A province's letters of a day, as pages alone, on two cores."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    found = full_days(DAY)
    assert len(found) >= 2 * rendering.MANY
    with only_pages():
        yield found


def rendered_by(monkeypatch: pytest.MonkeyPatch, first: Callable[[Letter], None]) -> None:
    """Each paper's subject is the process that made it, and something is done before it."""

    def told(letter: Letter) -> Paper:
        first(letter)
        return replace(render(letter), subject=str(os.getpid()))

    monkeypatch.setattr(rendering, "render", told)


def test_they_are_the_papers_that_each_alone_is(letters: list[Letter]) -> None:
    assert make(letters) == [make_one(letter) for letter in letters]


def test_each_core_has_a_process_and_a_few_letters_need_none(
    letters: list[Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered_by(monkeypatch, lambda letter: time.sleep(0.001))
    makers = {made.paper and made.paper.subject for made in make(letters)}
    assert len(makers) == 2
    assert str(os.getpid()) not in makers
    assert {made.paper and made.paper.subject for made in make(letters[: rendering.MANY])} == {str(os.getpid())}


def test_one_that_cannot_be_made_stops_no_other(letters: list[Letter], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(letter: Letter) -> None:
        if letter is letters[7]:
            raise ValueError("no such chart")

    rendered_by(monkeypatch, fail)
    made = make(letters)
    assert [(one.letter, one.why) for one in made if one.paper is None] == [(letters[7], "ValueError: no such chart")]


def test_a_killed_process_is_an_error_and_not_waited_for(
    letters: list[Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(letter: Letter) -> None:
        if letter is letters[7]:
            os.kill(os.getpid(), signal.SIGKILL)

    rendered_by(monkeypatch, die)
    monkeypatch.setattr(rendering, "SECONDS", 2)
    before = set(psutil.Process().children())
    with pytest.raises(multiprocessing.TimeoutError):
        make(letters)
    assert set(psutil.Process().children()) <= before


def test_no_process_outlives_a_task_that_was_killed(letters: list[Letter], monkeypatch: pytest.MonkeyPatch) -> None:
    rendered_by(monkeypatch, lambda letter: time.sleep(0.05))
    context = multiprocessing.get_context("fork")
    heard, tells = context.Pipe(duplex=False)

    def task(tells: Connection) -> None:
        monkeypatch.setattr(rendering, "_begin", lambda due: (rendering._due.extend(due), tells.send(os.getpid())))
        make(letters)

    running = context.Process(target=task, args=(tells,))
    running.start()
    helpers = [psutil.Process(heard.recv()) for _ in range(2)]
    running.kill()
    running.join()
    gone, alive = psutil.wait_procs(helpers, 10)
    assert (len(gone), alive) == (2, [])
