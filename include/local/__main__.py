"""`python -m include.local demo|up|day|papers|preflight|kickoff|status|down|clean`: what the Makefile's targets run."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
from pathlib import Path

from rich.table import Table

from include.campaign.plan import PlanError
from include.local import preflight
from include.local.home import MARK, ROOT, Home, StackError
from include.local.screen import Screen

CLEANED = (
    *("metadata", "campaign", "world", "rehearsal", "plan", "airflow", "mail", "logs", "run", "certificates", "papers"),
    *("connections.json", "facts.json", "ports.json", "secrets.json", "supervisord.conf", MARK),
)
"""All that a stack keeps in its home; `clean` removes these and nothing else."""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m include.local", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--plan", type=Path, default=ROOT / "include" / "plan", help="the plan's folder")
    shared.add_argument("--port", type=int, help="port of Airflow's pages; a free one when left out")
    demo = commands.add_parser("demo", parents=[shared], help="play the campaign in a made-up province")
    demo.add_argument("--days", type=_at_least_one, help="how many closes to play; all when left out")
    demo.add_argument("--scale", type=_scale, default=0.1, help="size of the province; 1 is the full one")
    demo.add_argument("--seed", type=int, default=1, help="which of all possible provinces")
    demo.add_argument("--exit", action="store_true", help="end everything after the last day")
    up = commands.add_parser("up", parents=[shared], help="the stack on your own connections")
    up.add_argument("--connections", type=Path, required=True, help="an Airflow connections file")
    up.add_argument("--schedule", choices=["on", "off"], help="run DAGs at their hours, or only when asked")
    up.add_argument("--detach", action="store_true", help="return once it is up; make down ends it")
    day = commands.add_parser("day", help="run one day's close on a stack that is up")
    day.add_argument("day", help="2025-03-05, or final")
    papers = commands.add_parser("papers", help="write every paper of a day into a folder; nothing is sent")
    papers.add_argument("day", nargs="?", help="2025-03-05, or final")
    papers.add_argument("--out", type=Path, help="the folder; .local/papers/<close> when left out")
    papers.add_argument("--plan", type=Path, help="the plan's folder")
    papers.add_argument("--gallery", action="store_true", help="make docs/gallery anew instead, from all days played")
    commands.add_parser("preflight", help="check every source from a stack that is up")
    commands.add_parser("kickoff", help="tell contacts how the campaign works, from a stack that is up")
    commands.add_parser("status", help="what runs")
    commands.add_parser("down", help="end a stack that was left up")
    commands.add_parser("clean", help="end it and remove all its state")
    return top


def _at_least_one(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _scale(text: str) -> float:
    if not 0 < (number := float(text)) <= 1:
        raise argparse.ArgumentTypeError("above 0, and 1 at the most")
    return number


def _demo(asked: argparse.Namespace, home: Home, screen: Screen) -> int:
    from include.local.demo import Wish, demo  # noqa: PLC0415 (each command imports what it needs: a second apiece)

    wish = Wish(asked.plan.resolve(), asked.days, asked.scale, asked.seed, asked.exit, asked.port)
    return 0 if demo(home, wish, screen) else 1


def _up(asked: argparse.Namespace, home: Home, screen: Screen) -> int:
    from include.local.up import Wish, up  # noqa: PLC0415

    schedule = None if asked.schedule is None else asked.schedule == "on"
    up(home, Wish(asked.connections, asked.plan.resolve(), schedule, asked.detach, asked.port), screen)
    return 0


def _day(asked: argparse.Namespace, home: Home, screen: Screen) -> int:
    from include.local.up import day  # noqa: PLC0415

    return 0 if day(home, asked.day, screen) else 1


def _papers(asked: argparse.Namespace, home: Home, screen: Screen) -> int:
    if asked.gallery:
        from include.local.gallery import gallery  # noqa: PLC0415

        return 0 if gallery(home, asked.plan, screen) else 1
    from include.local.papers import papers  # noqa: PLC0415

    if not asked.day:
        raise StackError("Which day? make papers DAY=2025-03-05 (or DAY=final)")
    return 0 if papers(home, asked.day, asked.out, asked.plan, screen) else 1


def _preflight(asked: argparse.Namespace, home: Home, screen: Screen) -> int:
    from include.local.up import check_sources  # noqa: PLC0415

    return 0 if check_sources(home, screen) else 1


def _kickoff(asked: argparse.Namespace, home: Home, screen: Screen) -> int:
    from include.local.up import tell_contacts  # noqa: PLC0415

    return 0 if tell_contacts(home, screen) else 1


def _status(asked: argparse.Namespace, home: Home, screen: Screen) -> int:
    from include.local import airflow  # noqa: PLC0415
    from include.local.stack import Stack  # noqa: PLC0415

    stack = Stack(home)
    if not (home.ours and stack.supervisor.answers()):
        screen.console.print(f"No stack is up in {home.path}.")
        return 1
    table = Table(box=None)
    for heading in ("program", "state", ""):
        table.add_column(heading)
    for row in stack.supervisor.table():
        table.add_row(row["name"], row["statename"], row["description"])
    screen.console.print(table)
    screen.where(stack, home.secret("airflow_user", length=12), airflow.USER)
    return 0


def _down(asked: argparse.Namespace, home: Home, screen: Screen) -> int:
    from include.local.stack import Stack  # noqa: PLC0415

    if not home.ours:
        screen.console.print(f"Nothing was ever started in {home.path}.")
        return 0
    with home.held():
        stack = Stack(home)
        running = len(stack.supervisor.processes())
        helped = stack.stop()
        home.note(detached=False)
    screen.console.print(f"Ended {max(running, helped)} processes of {home.path}.")
    return 0


def _clean(asked: argparse.Namespace, home: Home, screen: Screen) -> int:
    if home.path.exists() and not home.ours:
        raise StackError(f"{home.path} was not made by a stack: nothing is removed.")
    if home.ours:
        _down(asked, home, screen)
        for name in CLEANED:
            path = home.path / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        if not any(home.path.iterdir()):
            home.path.rmdir()
    screen.console.print(f"{home.path} is clean.")
    return 0


COMMANDS = {
    "demo": _demo,
    "up": _up,
    "day": _day,
    "papers": _papers,
    "preflight": _preflight,
    "kickoff": _kickoff,
    "status": _status,
    "down": _down,
    "clean": _clean,
}


def _end(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def main(words: list[str] | None = None) -> int:
    """Run one command; returns its exit code. What can be told is told in a line or two, without a traceback."""
    asked = parser().parse_args(words)
    screen = Screen()
    # A closed terminal and a polite kill end the stack as Ctrl-C does.
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGHUP, _end)
    try:
        preflight.check_python()
        return COMMANDS[asked.command](asked, Home.chosen(), screen)
    except (StackError, PlanError) as problem:
        screen.console.print(str(problem), markup=False, style="red")
        return 1
    except KeyboardInterrupt:
        screen.console.print("Ended; the same command goes on where it was.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
