"""The data team's command line: one subcommand per file of this room.

The campaign database is that of `CAMPAIGN_CONNECTIONS` (an Airflow connections file; the stack on one machine writes
`.local/connections.json`), the plan that of `CAMPAIGN_PLAN`, else that of a rehearsal on this machine (`.local/plan`),
else the project's own.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from include.campaign.connections import WAREHOUSE, ConnectionsError, endpoint_of, read_connection
from include.campaign.desk import (
    breaks,
    bulletin,
    completion,
    decisions,
    difficulties,
    duplicates,
    flags,
    ladder,
    mail,
    papers,
    prove,
    redrive,
    sources,
    stuck,
    trace,
    worklist,
)
from include.campaign.desk.command import Desk, DeskError, Subcommands
from include.campaign.plan import PlanError, load_plan
from include.campaign.warehouse import engine

ROOT = Path(__file__).resolve().parents[3]

SUBCOMMANDS: tuple[Subcommands, ...] = (
    sources.add,
    breaks.add,
    duplicates.add,
    stuck.add,
    flags.add,
    ladder.add,
    difficulties.add,
    worklist.add,
    bulletin.add,
    completion.add,
    mail.add,
    papers.add,
    decisions.add,
    redrive.add_poison,
    redrive.add_redrive,
    prove.add,
    trace.add,
)
"""What each file of the room adds to the parser."""


def open_desk() -> Desk:
    """The desk of what the environment names.

    Raises:
        PlanError, ConnectionsError: the plan or the connections cannot be used.
    """
    connections = Path(os.environ.get("CAMPAIGN_CONNECTIONS") or ROOT / ".local" / "connections.json")
    rehearsed = ROOT / ".local" / "plan"
    usual = rehearsed if rehearsed.is_dir() else ROOT / "include" / "plan"
    plan = load_plan(Path(os.environ.get("CAMPAIGN_PLAN") or usual))
    return Desk(engine=engine(endpoint_of(read_connection(connections, WAREHOUSE))), plan=plan, out=sys.stdout)


def main(arguments: list[str] | None = None) -> int:
    """Run one subcommand; returns 0, or 1 with a reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m include.campaign.desk", description=__doc__)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in SUBCOMMANDS:
        add(subparsers)
    given = parser.parse_args(arguments)
    try:
        given.run(open_desk(), given)
    except (DeskError, PlanError, ConnectionsError) as error:
        print(error, file=sys.stderr)
        return 1
    except SQLAlchemyError as error:
        print(f"the campaign database: {type(error).__name__}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
