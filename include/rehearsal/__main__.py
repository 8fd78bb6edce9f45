"""The rehearsal world from the command line: make it, move it, ask where it stands."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path

import psycopg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from include.campaign.days import Calendar
from include.campaign.plan import PlanError, load_plan
from include.rehearsal.address import ServerAddress
from include.rehearsal.ailments import Ailment
from include.rehearsal.instants import moment
from include.rehearsal.store import WorldError
from include.rehearsal.weather import Weather
from include.rehearsal.world import World

PASSWORD = "REHEARSAL_PASSWORD"  # noqa: S105 (the name of a variable)
HELP = f"""\
The simulated registries and the Ministry's ledger, on a PostgreSQL server that belongs to them alone.

  python -m include.rehearsal create WORLD --server 127.0.0.1:5433 --scale 0.1
  python -m include.rehearsal move   WORLD --to 2025-03-01T18:00
  python -m include.rehearsal status WORLD
  python -m include.rehearsal.proxy  WORLD      (the lines of registries that get cut off or hang; keep it running)

The superuser's password is taken from {PASSWORD}. WORLD is the folder in which the world keeps its state."""


class Told:
    """A progress bar that is fed by the world's progress calls."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show that so many of `what` are done."""
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(what, total=total)
        self._bars.update(self._tasks[what], completed=done)


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks; 0 if it was done, 1 with the reason on stderr if it could not be."""
    asked = _parser().parse_args(arguments)
    try:
        asked.does(asked)
    except (WorldError, PlanError, ValueError, psycopg.Error) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m include.rehearsal", description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(required=True, metavar="create | move | status")
    create = verbs.add_parser("create", help="make a world that stands at the campaign's first midnight")
    create.add_argument("--plan", type=Path, default=Path("include/plan"), help="plan folder (default: include/plan)")
    create.add_argument("--seed", type=int, default=1, help="the same seed makes the same world (default: 1)")
    create.add_argument("--scale", type=float, default=0.1, help="1 is the full province (default: 0.1)")
    create.set_defaults(does=_create)
    move = verbs.add_parser("move", help="play the world up to an instant")
    move.add_argument("--to", required=True, help='an instant, local unless it has an offset: "2025-03-05T18:00"')
    move.set_defaults(does=_move)
    status = verbs.add_parser("status", help="where it stands, its weather and ailments")
    status.set_defaults(does=_status)
    for verb in (create, move, status):
        verb.add_argument("folder", type=Path, metavar="WORLD", help="the world's folder")
        verb.add_argument(
            "--server",
            default=os.environ.get("REHEARSAL_SERVER"),
            metavar="HOST:PORT",
            help="the world's server (default: REHEARSAL_SERVER; once made, the one it was made on)",
        )
        verb.add_argument("--superuser", default="postgres", help="superuser of that server (default: postgres)")
    return parser


def _server(asked: argparse.Namespace) -> ServerAddress | None:
    if asked.server is None:
        return None
    host, _, port = asked.server.rpartition(":")
    if not host or not port.isdigit():
        raise ValueError(f"--server is HOST:PORT, not {asked.server!r}")
    if PASSWORD not in os.environ:
        raise ValueError(f"Set {PASSWORD} to the password of {asked.superuser} on {asked.server}.")
    return ServerAddress(host, int(port), asked.superuser, os.environ[PASSWORD])


def _bars() -> Progress:
    return Progress(TextColumn("{task.description:>12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())


def _create(asked: argparse.Namespace) -> None:
    server = _server(asked)
    if server is None:
        raise ValueError("Say with --server HOST:PORT (or REHEARSAL_SERVER) where the world is to be made.")
    plan = load_plan(asked.plan)
    with _bars() as bars:
        world = World.create(plan, server, asked.folder, asked.seed, asked.scale, Told(bars))
    first = Calendar(plan.rules).closes()[0]
    print(f"{len(world.registry_codes)} registries and the ledger stand at {world.instant:%Y-%m-%d %H:%M}.")
    print(f"Next: python -m include.rehearsal move {asked.folder} --to {first.as_of:%Y-%m-%dT%H:%M}")


def _move(asked: argparse.Namespace) -> None:
    world = World.open(asked.folder, _server(asked))
    instant = datetime.fromisoformat(asked.to)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=world.instant.tzinfo)
    with _bars() as bars:
        world.move_to(instant, Told(bars))
    print(f"The world stands at {world.instant:%Y-%m-%d %H:%M}.")


def _status(asked: argparse.Namespace) -> None:
    world = World.open(asked.folder, _server(asked))
    print(f"{len(world.registry_codes)} registries and the ledger stand at {world.instant:%Y-%m-%d %H:%M}.")
    table = Table("registry", "weather or ailment", "from", "until", "now")
    zone = world.instant.tzinfo
    events: list[Weather | Ailment] = [*world.weather, *world.ailments]
    for one in events:
        start, end = moment(one.start).astimezone(zone), moment(one.end).astimezone(zone)
        now = "yes" if start <= world.instant < end else ""
        table.add_row(one.registry_code, one.kind, f"{start:%d.%m. %H:%M}", f"{end:%d.%m. %H:%M}", now)
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
