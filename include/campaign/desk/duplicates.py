"""`duplicates`: what the Ministry refused as a duplicate, decided by two people: one proposes, another confirms.

duplicates list [--district CODE] [--registry CODE] [--kind KIND] [--state STATE] [--suggested OUTCOME] [--twins]
duplicates show REGISTRY/ENTRY
duplicates propose REGISTRY/ENTRY --outcome OUTCOME --why TEXT --by NAME
duplicates confirm REGISTRY/ENTRY --by NAME [--why TEXT]
duplicates withdraw REGISTRY/ENTRY --why TEXT --by NAME
duplicates bulk propose|confirm|withdraw|list ...      many technical ones at once, with a sample to be looked at
duplicates sample BATCH [--write FILE | --read FILE --by NAME]
duplicates export FILE [the same filters as list]
duplicates import FILE --by NAME [--dry-run]
duplicates burndown [--day DAY] [--csv]

Outcomes: same_record (the record that it repeats stands, nothing is sent), not_duplicate (it goes back in the queue,
once ever), needs_paper (the paper has to be seen before anyone can say). docs/duplicates.md tells how two people work
through many.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from include.campaign.desk import duplicates_files
from include.campaign.desk.columns import write_columns
from include.campaign.desk.command import Desk, DeskError
from include.campaign.desk.duplicates_burndown import burndown
from include.campaign.desk.duplicates_filters import add_filters, filters_of
from include.campaign.desk.trace import Case
from include.campaign.duplicates import Act, Refusals, record_acts
from include.campaign.duplicates.acts import OUTCOMES
from include.campaign.warehouse import fetch

_SHOWN = ("case", "book", "kind", "partner", "in ledger", "suggested", "state", "outcome", "by")
_EXAMPLE = """
examples:
  duplicates list --district 461 --kind person --twins
  duplicates propose 19330/1024 --outcome not_duplicate --why "Sinh đôi, hai giấy khai sinh" --by "Bàn 1"
  duplicates confirm 19330/1024 --by "Bàn 2"
"""


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `duplicates` and what it can do."""
    parser = subparsers.add_parser(
        "duplicates",
        help="what the Ministry refused as a duplicate: two people decide",
        description=f"{__doc__}{_EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    acts = parser.add_subparsers(required=True, metavar="ACT")

    listed = acts.add_parser("list", help="cases with their partners; else those still to be decided")
    add_filters(listed)
    listed.add_argument("--last", type=int, default=100, metavar="N", help="at most so many (100)")
    listed.set_defaults(run=_list)

    shown = acts.add_parser("show", help="one case, its partner, and all that was said of it")
    shown.add_argument("case", metavar="REGISTRY/ENTRY")
    shown.set_defaults(run=_show)

    for act, told in (
        ("propose", "the first person says what a case is"),
        ("confirm", "the second person agrees; only then does it hold"),
        ("withdraw", "take a proposal or a confirmation back; the case is open again"),
    ):
        one = acts.add_parser(act, help=told)
        one.add_argument("case", metavar="REGISTRY/ENTRY")
        if act != "withdraw":
            one.add_argument(
                "--outcome",
                choices=OUTCOMES,
                required=act == "propose",
                help="what it is" if act == "propose" else "refuse to confirm anything else",
            )
        one.add_argument(
            "--why", required=act != "confirm", default="", metavar="TEXT", help="the reason; no names of persons"
        )
        one.add_argument("--by", required=True, metavar="NAME", help="who says so")
        one.set_defaults(run=_act, act=act, outcome=None)

    duplicates_files.add(acts)

    burned = acts.add_parser("burndown", help="how many are left and were decided, by district, at each close")
    burned.add_argument("--day", metavar="DAY", help="one close by district; else all closes of the province")
    burned.add_argument("--csv", action="store_true", help="as CSV: every close, district and phase")
    burned.set_defaults(run=burndown)


def _list(desk: Desk, given: argparse.Namespace) -> None:
    with desk.engine.connect() as conn:
        rows = fetch(conn, "duplicates/select_cases", **filters_of(desk, given), at_most=given.last)
    write_columns(desk.out, [_SHOWN, *map(_cells, rows)])
    if len(rows) == given.last:
        desk.out.write(f"... at most {given.last} are shown: --last N, or `duplicates export FILE` for all\n")


def _cells(row: RowMapping) -> tuple[str, ...]:
    book = " ".join(str(row[part]) for part in ("register", "opened_year", "book_no", "entry_no") if row[part])
    more = f" (+{row['partners'] - 1})" if row["partners"] > 1 else ""
    return (
        row["case_key"],
        book,
        f"{row['kind']}, twin?" if row["possible_twin"] else row["kind"],
        f"{row['partner'] or '-'}{more}",
        "yes" if row["partner_receipt"] else "no",
        row["suggested"],
        row["state"] if row["state"] != "gone" else f"gone: {row['gone_why']}",
        row["decided_outcome"] or "",
        row["proposed_by"] or "",
    )


def _show(desk: Desk, given: argparse.Namespace) -> None:
    case = Case.of(given.case, desk.plan)
    with desk.engine.connect() as conn:
        known = _one(conn, case)
        said = fetch(conn, "duplicates/select_acts", **case.binds)
        # What the Ministry was asked again is decided once, and stays to be read.
        back = fetch(conn, "duplicates/select_put_backs", **case.binds)
    zone = desk.plan.rules.campaign.timezone
    for column, value in known.items():
        if value is not None and value is not False:
            text = f"{value.astimezone(zone):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
            desk.out.write(f"{column}: {text}\n")
    for act in said:
        of = f" (batch {act['batch_id']}{', sample' if act['sample'] else ''})" if act["batch_id"] else ""
        told = f"{act['act']} {act['outcome']}{of}: {act['why']}".rstrip(": ")
        desk.out.write(f"{act['acted_at'].astimezone(zone):%Y-%m-%d %H:%M} {act['by_whom']}: {told}\n")
    for row in back:
        desk.out.write(
            f"{row['decided_at'].astimezone(zone):%Y-%m-%d %H:%M} put back as {row['requeue_key']}: {row['state']}\n"
        )


def _act(desk: Desk, given: argparse.Namespace) -> None:
    case = Case.of(given.case, desk.plan)
    asked = Act(case.registry_code, case.entry_id, given.act, given.outcome, given.why)
    with desk.acting(Refusals) as conn:
        record_acts(conn, [asked], given.by, datetime.now(UTC))
        known = _one(conn, case)
    desk.out.write(f"{given.case}: {known['state']}{_next(known)}\n")


def _next(known: RowMapping) -> str:
    if known["state"] == "proposed":
        return f" as {known['decided_outcome']}; another person has to confirm"
    if known["state"] != "confirmed":
        return ""
    told = {
        "same_record": "nothing is sent",
        "not_duplicate": "the next re-queueing puts it back, once",
        "needs_paper": "it stays open until the paper was seen: propose again then",
    }
    return f" as {known['decided_outcome']}; {told[known['decided_outcome']]}"


def _one(conn: Connection, case: Case) -> RowMapping:
    anything: dict[str, Any] = dict.fromkeys(("unit_code", "kind", "outcome", "suggested", "batch_id"))
    rows: Sequence[RowMapping] = fetch(
        conn, "duplicates/select_cases", **anything, **case.binds, state="all", twins=False, at_most=1
    )
    if not rows:
        raise DeskError(f"{case.registry_code}/{case.entry_id} was never refused as a duplicate: there is no case")
    return rows[0]
