"""A small province, its whole stack, and days played through the real scheduler, for tests that kill parts of it."""

from __future__ import annotations

import email
import io
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
from rich.console import Console

from include.campaign.days import Calendar, Close
from include.campaign.plan import load_plan
from include.local import airflow
from include.local.closes import CAMPAIGN_DAY, Played
from include.local.demo import Wish, begin, play_close
from include.local.home import Home
from include.local.screen import Screen
from include.local.stack import Stack
from include.rehearsal.world import World

SMALL_PLAN = Path(__file__).parents[1] / "plans" / "small"


class Rehearsal:
    """A stack whose closes are played one after the other; each test takes the next."""

    def __init__(self, stack: Stack, world: World, closes: list[Close]) -> None:
        self.stack, self.world = stack, world
        self._closes = iter(closes)
        self._screen = Screen(Console(file=io.StringIO()))

    def next_close(self) -> Close:
        """The next close that has not been played."""
        return next(self._closes)

    def play(self, close: Close, meanwhile: Callable[[Close], None] | None = None) -> Played:
        """Play a close; `meanwhile` is called at once, beside it."""
        with ThreadPoolExecutor(1) as beside:
            playing = beside.submit(play_close, self.stack, self.world, close, self._screen)
            if meanwhile:
                meanwhile(close)
            return playing.result()

    def wait_for(
        self, close: Close, task_id: str, states: tuple[str, ...] = ("running",), seconds: float = 120
    ) -> None:
        """Wait until a task of the close's first run is in one of these states (running), or has succeeded already."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if f"{close.key}-1" in {run["dag_run_id"] for run in self.stack.rest.runs(CAMPAIGN_DAY)}:
                found = {task["state"] for task in self.tasks(close) if task["task_id"].endswith(task_id)}
                if found & {*(states or ("running",)), "success"}:
                    return
            time.sleep(0.2)
        raise AssertionError(f"{task_id} of {close.key} did not come so far within {seconds} s")

    def tasks(self, close: Close) -> list[dict]:
        """The tasks of the close's first run."""
        return self.stack.rest.tasks(CAMPAIGN_DAY, f"{close.key}-1")

    def busy_worker(self) -> psutil.Process:
        """A worker of the executor that has a task."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            for process in self.stack.supervisor.processes():
                name = " ".join(process.cmdline())
                if name.startswith("airflow worker") and "<idle>" not in name and process.children():
                    return process
            time.sleep(0.1)
        raise AssertionError("no worker had a task within a minute")

    def mails(self) -> Counter[str]:
        """How many of each mail the sink kept, by Message-ID and reader: one in copy has the same Message-ID."""
        folder = self.stack.home.maildir / "new"
        mails = (email.message_from_bytes(path.read_bytes()) for path in folder.iterdir())
        return Counter(f"{mail['Message-ID']} {mail['X-RcptTo']}" for mail in mails)

    def messages(self, close: Close) -> dict[str, str]:
        """State of each message of the close in the outbox, by Message-ID and address."""
        query = "select message_id || ' ' || address, state from mail.message where close_key = %s"
        with self.campaign() as conn:
            return dict(conn.execute(query, [close.key]).fetchall())

    def requeues(self) -> int:
        """How often a registry put an entry back, over all registries and for ever."""
        count = 0
        for code in self.world.registry_codes:
            with self.stack.servers["world"].connect(f"registry_{code}") as conn:
                count += conn.execute("select count(*) from sohoa.requeue_log").fetchone()[0]
        return count

    def campaign(self) -> psycopg.Connection:
        """The campaign database."""
        return self.stack.servers["campaign"].connect("campaign")

    def truth(self) -> psycopg.Connection:
        """The world's truth."""
        return self.stack.servers["world"].connect("truth")


@contextmanager
def rehearsal(seed: int = 7) -> Iterator[Rehearsal]:
    """The whole stack on the small plan, at full scale of it; ended and removed afterwards."""
    # Not under pytest's own folder: as root the servers run as another user, who must be able to get in.
    folder = Path(tempfile.mkdtemp(prefix="campaign-day-"))
    plan, home = load_plan(SMALL_PLAN), Home(folder)
    # Long enough for a server that was killed to come back within a task's tries, on a machine at work on other tests.
    settings = airflow.Settings(plan=SMALL_PLAN, waits={"retry_delay_seconds": 3})
    try:
        with home.held(), Stack(home, settings) as stack:
            wish = Wish(plan=SMALL_PLAN, scale=1, seed=seed)
            world = begin(stack, plan, wish, Screen(Console(file=io.StringIO())))
            yield Rehearsal(stack, world, Calendar(plan.rules).closes())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
