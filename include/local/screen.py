"""What the driver shows: where to look, the days as they are played, time left."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn
from rich.table import Table

from include.local.closes import SPEAKERS, Played, Tasks
from include.local.stack import Stack


class Screen:
    """Prints a line for all that has happened, and under them a moving one for what is happening.

    Without a terminal (a script's log) there is no moving line.
    """

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)
        self._begun = time.monotonic()
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def say(self, text: str) -> None:
        """A line that stays, with the time since the start."""
        self.console.print(f"[dim]{_clock(time.monotonic() - self._begun)}[/]  {text}")

    @contextmanager
    def steps(self, total: int, text: str) -> Iterator[None]:
        """Show a moving line with a bar of `total` steps while the block runs."""
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TextColumn("{task.fields[left]}"),
        )
        with Progress(*columns, console=self.console, transient=True) as progress:
            self._progress, self._task = progress, progress.add_task(text, total=total, left="")
            try:
                yield
            finally:
                self._progress = self._task = None

    def now(
        self, text: str | None = None, *, done: float | None = None, total: float | None = None, left: str = ""
    ) -> None:
        """Change the moving line."""
        if self._progress is not None and self._task is not None:
            description = None if text is None else escape(text)
            self._progress.update(self._task, description=description, completed=done, total=total, left=left)

    def where(self, stack: Stack, password: str, user: str) -> None:
        """Where to look while it runs."""
        table = Table.grid(padding=(0, 2))
        table.add_column(style="bold")
        table.add_row("Airflow", f"{stack.url}   user [bold]{user}[/]   password [bold]{escape(password)}[/]")
        if "mailsink" in stack.programs:
            table.add_row("Mails", escape(f"{stack.home.maildir}  (Maildir: mutt -f {stack.home.maildir})"))
        table.add_row("Logs", escape(str(stack.home.logs)))
        self.console.print()
        self.console.print(table)
        self.console.print()

    def day(self, key: str, played: Played, *, seconds: float) -> None:
        """One run: the line that its last task's log begins with, and what to do first when it is red."""
        mark = "[green]●[/]" if played.green else "[red]●[/]"
        line = played.summary["line"] if played.summary else "no summary: see the run in Airflow"
        self.say(f"{mark} [bold]{key}[/]  {escape(line)}  [dim]{seconds:.0f} s[/]")
        if not played.green and played.summary:
            self.say(f"  [dim]first:[/] {escape(str(played.summary['first_thing']))}")
        if set(played.failed) - set(SPEAKERS.values()):
            self.say(f"  [red]failed:[/] {escape(', '.join(played.failed))}")


def stay(stack: Stack, screen: Screen) -> None:
    """Stay until Ctrl-C; tell of a program that the supervisor gave up on."""
    told: set[str] = set()
    with suppress(KeyboardInterrupt):
        while True:
            time.sleep(5)
            told = stack.tell_broken(told, screen.say)


def at_work(tasks: Tasks) -> str:
    """What a run is doing, in a few words: the steps that run, mapped ones as "3 of 10"."""
    total = Counter(str(task["task_id"]) for task in tasks)
    done = Counter(str(task["task_id"]) for task in tasks if task["state"] == "success")
    busy = Counter(str(task["task_id"]) for task in tasks if task["state"] in ("running", "queued", "up_for_retry"))
    words = []
    for task_id in busy:
        name = task_id.rsplit(".", 1)[-1]
        words.append(f"{name} {done[task_id]} of {total[task_id]}" if total[task_id] > 1 else name)
    return ", ".join(words)


def time_left(seconds_each: list[float], remaining: int) -> str:
    """About how long the rest takes, by the mean of the last five; nothing is said before the first has ended."""
    if not seconds_each or not remaining:
        return ""
    recent = seconds_each[-5:]
    return f"about {_clock(sum(recent) / len(recent) * remaining)} left"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(timedelta(seconds=seconds).total_seconds()), 60)
    return f"{minutes:2d}:{rest:02d}"
