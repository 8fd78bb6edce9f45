"""`make papers`: every paper of a day as files, from a stack that is up or from the database that one left behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from include.campaign.connections import WAREHOUSE, ConnectionsError, endpoint_of, read_connection
from include.campaign.days import Calendar
from include.campaign.editions.folder import write_folder
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan, load_plan
from include.campaign.warehouse import engine
from include.local import airflow, preflight
from include.local.home import ROOT, Home, StackError
from include.local.ports import LOOPBACK
from include.local.screen import Screen
from include.local.stack import Stack


def papers(home: Home, day: str, out: Path | None, plan_folder: Path | None, screen: Screen) -> bool:
    """Write all papers of a day into a folder; returns whether every one could be made.

    Args:
        home: where the stack's state is.
        day: a day, or "final".
        out: the folder; `papers/<close>` of the home when left out.
        plan_folder: the plan; else that of the rehearsal in the home, else the project's own.
        screen: where the progress is shown.

    Raises:
        StackError: no such day, no campaign database, or nothing was closed on that day.
    """
    plan = plan_of(home, plan_folder)
    calendar = Calendar(plan.rules)
    try:
        close = calendar.close(day)
    except ValueError as problem:
        raise StackError(str(problem)) from None
    folder = out or home.path / "papers" / close.key
    with (
        campaign_database(home, screen) as campaign,
        campaign.connect() as conn,
        screen.steps(1, "reading the figures"),
    ):
        try:
            filed = write_folder(
                conn,
                plan,
                calendar,
                close,
                folder,
                lambda whose, done, total: screen.now(whose, done=done, total=total),
            )
        except LookupError as problem:
            raise StackError(f"{problem.args[0]}; make day DAY={day} closes it") from None
    failed = [one for one in filed if not one.files]
    for one in failed:
        screen.say(f"[red]●[/] not made: {one.office}: {one.why}")
    screen.say(f"{len(filed) - len(failed)} papers are in {folder}; begin with {folder / 'index.html'}")
    return not failed


def plan_of(home: Home, folder: Path | None) -> Plan:
    """The plan that was named, else that of the rehearsal in this home, else the project's own."""
    return load_plan(folder or (home.plan if home.plan.is_dir() else ROOT / "include" / "plan"))


@contextmanager
def campaign_database(home: Home, screen: Screen) -> Iterator[Engine]:
    """The campaign database: of `CAMPAIGN_CONNECTIONS`, of a stack that is up, or the embedded one, started for now.

    Raises:
        StackError: there is none.
    """
    path = Path(os.environ.get("CAMPAIGN_CONNECTIONS") or home.connections)
    try:
        found = engine(endpoint_of(read_connection(path, WAREHOUSE)))
        with found.connect() as conn:
            conn.execute(text("select 1"))
    except (ConnectionsError, OperationalError):
        pass
    else:
        yield found
        return
    if not (home.path / "campaign" / "PG_VERSION").exists():
        raise StackError(
            f"No campaign database answers, and {home.path} holds none. Play a rehearsal first (make demo EXIT=1), or "
            "name your own: CAMPAIGN_CONNECTIONS=<an Airflow connections file> make papers DAY=..."
        )
    with home.held():
        stack = Stack(home, airflow.Settings(plan=home.plan), databases=["campaign"], sink=False)
        preflight.clear_leftovers(stack)
        with stack:
            screen.say("starting the campaign database of the last rehearsal")
            stack.start_servers()
            password = home.secret("campaign_owner")
            own = engine(Endpoint(LOOPBACK, stack.ports["campaign"], "campaign", "campaign", password))
            try:
                yield own
            finally:
                own.dispose()
