"""Parts of `duplicates` that are about many cases: batches and their samples, tables out and in."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from include.campaign.desk.columns import write_columns
from include.campaign.desk.command import Desk, DeskError
from include.campaign.desk.duplicates_filters import add_filters, filters_of
from include.campaign.duplicates import (
    Refusals,
    confirm_batch,
    propose_batch,
    record_acts,
    record_looks,
    withdraw_batch,
)
from include.campaign.duplicates.acts import AGREED
from include.campaign.duplicates.tables import (
    SAMPLE_TO_FILL,
    TO_FILL,
    Faults,
    faults_of,
    read_acts,
    read_looks,
    write_table,
)
from include.campaign.warehouse import fetch

_BATCHES = ("batch", "unit", "proposed", "by", "cases", "wait", "confirmed", "withdrawn", "sample", "wrong", "why")


def add(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `bulk`, `sample`, `export` and `import`."""
    _add_bulk(acts.add_parser("bulk", help="technical ones with a partner in the ledger, many at once"))

    sample = acts.add_parser("sample", help="the cases of a batch that the second person looks at")
    sample.add_argument("batch", type=int, metavar="BATCH")
    files = sample.add_mutually_exclusive_group()
    files.add_argument(
        "--write", type=Path, metavar="FILE", help="as CSV to be filled in: verdict (right, wrong), note"
    )
    files.add_argument("--read", type=Path, metavar="FILE", help="take in what was found")
    sample.add_argument("--by", default="", metavar="NAME", help="who looked (with --read)")
    sample.set_defaults(run=_sample)

    out = acts.add_parser("export", help="cases as CSV, with columns to be filled in: act, outcome, why")
    out.add_argument("file", type=Path, metavar="FILE")
    add_filters(out)
    out.set_defaults(run=_export)

    back = acts.add_parser("import", help="take in such a file: all of it, or nothing")
    back.add_argument("file", type=Path, metavar="FILE")
    back.add_argument("--by", required=True, metavar="NAME", help="who says so")
    back.add_argument("--dry-run", action="store_true", help="only check it")
    back.set_defaults(run=_import)


def _add_bulk(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(required=True, metavar="ACT")
    proposed = acts.add_parser("propose", help="propose same_record for all that are ready, and draw the sample")
    proposed.add_argument("unit", metavar="CODE", help="a district, or one registry")
    proposed.add_argument("--at-most", type=int, metavar="N", help="so many, the oldest first")
    proposed.add_argument("--why", required=True, metavar="TEXT", help="the reason; no names of persons")
    proposed.set_defaults(run=_propose)

    confirmed = acts.add_parser("confirm", help="confirm a batch whose sample you found right")
    confirmed.add_argument("batch", type=int, metavar="BATCH")
    confirmed.add_argument("--why", default=AGREED, metavar="TEXT", help="more than that, if there is more")
    confirmed.set_defaults(run=_confirm)

    withdrawn = acts.add_parser("withdraw", help="take back what waits of a batch")
    withdrawn.add_argument("batch", type=int, metavar="BATCH")
    withdrawn.add_argument("--why", required=True, metavar="TEXT", help="the reason; no names of persons")
    withdrawn.set_defaults(run=_withdraw)

    for one in (proposed, confirmed, withdrawn):
        one.add_argument("--by", required=True, metavar="NAME", help="who says so")
    acts.add_parser("list", help="batches and what became of them").set_defaults(run=_batches)


def _propose(desk: Desk, given: argparse.Namespace) -> None:
    if given.unit not in desk.plan.units:
        raise DeskError(f"{given.unit} is no unit of the plan")
    if given.at_most is not None and given.at_most < 1:
        raise DeskError("--at-most is at least 1")
    with desk.acting(Refusals, Faults) as conn:
        batch = propose_batch(
            conn,
            given.unit,
            given.why,
            given.by,
            datetime.now(UTC),
            sample_cases=desk.plan.rules.duplicates.sample_cases,
            at_most=given.at_most,
        )
    if batch is None:
        desk.out.write(f"nothing of {given.unit} is ready to be proposed in bulk\n")
        return
    desk.out.write(
        f"batch {batch.batch_id}: {batch.cases} cases proposed as same_record. Another person looks at its sample of "
        f"{batch.sample_cases} (duplicates sample {batch.batch_id} --write FILE) and confirms it.\n"
    )


def _confirm(desk: Desk, given: argparse.Namespace) -> None:
    with desk.acting(Refusals, Faults) as conn:
        confirmed = confirm_batch(conn, given.batch, given.by, datetime.now(UTC), given.why)
    desk.out.write(f"batch {given.batch}: {confirmed} cases are confirmed as same_record\n")


def _withdraw(desk: Desk, given: argparse.Namespace) -> None:
    with desk.acting(Refusals, Faults) as conn:
        withdrawn = withdraw_batch(conn, given.batch, given.why, given.by, datetime.now(UTC))
    desk.out.write(f"batch {given.batch}: {withdrawn} cases are open again\n")


def _batches(desk: Desk, given: argparse.Namespace) -> None:
    with desk.engine.connect() as conn:
        rows = fetch(conn, "duplicates/select_batches", batch_id=None, by_whom=None)
    zone = desk.plan.rules.campaign.timezone
    lines = [
        (
            str(row["batch_id"]),
            f"{row['unit_code']} {row['full_name'] or ''}",
            f"{row['made_at'].astimezone(zone):%Y-%m-%d %H:%M}",
            row["by_whom"],
            *(str(row[column]) for column in ("cases", "waiting", "confirmed", "withdrawn", "sample_cases")),
            str(row["found_wrong"]),
            row["why"],
        )
        for row in rows
    ]
    write_columns(desk.out, [_BATCHES, *lines])


def _sample(desk: Desk, given: argparse.Namespace) -> None:
    if given.read:
        with desk.acting(Refusals, Faults) as conn:
            found = read_looks(given.read)
            try:
                looked = record_looks(conn, given.batch, [look for _, look in found], given.by, datetime.now(UTC))
            except Refusals as refusals:
                raise faults_of(given.read, [line for line, _ in found], refusals) from None
        wrong = sum(look.verdict == "wrong" for _, look in found)
        desk.out.write(f"batch {given.batch}: {looked} cases of the sample looked at, {wrong} wrong\n")
        return
    anything = dict.fromkeys(("unit_code", "registry_code", "entry_id", "kind", "outcome", "suggested", "at_most"))
    with desk.engine.connect() as conn:
        rows = fetch(conn, "duplicates/select_cases", **anything, state="all", twins=False, batch_id=given.batch)
    if not rows:
        raise DeskError(f"there is no batch {given.batch}")
    if given.write:
        rules = desk.plan.rules
        count = write_table(given.write, rows, SAMPLE_TO_FILL, rules.mail.csv_separator, rules.campaign.timezone)
        desk.out.write(f"{given.write}: {count} cases; write right or wrong under verdict, and read it back\n")
        return
    head = ("case", "unit", "page", "partner", "its page", "receipt")
    columns = ("case_key", "unit", "page_file", "partner", "partner_page", "partner_receipt")
    write_columns(desk.out, [head, *(tuple(str(row[column] or "") for column in columns) for row in rows)])


def _export(desk: Desk, given: argparse.Namespace) -> None:
    rules = desk.plan.rules
    with desk.engine.connect() as conn:
        rows = fetch(conn, "duplicates/select_cases", **filters_of(desk, given), at_most=None)
    try:
        count = write_table(given.file, rows, TO_FILL, rules.mail.csv_separator, rules.campaign.timezone)
    except OSError as error:
        raise DeskError(f"{given.file}: {error.strerror}") from None
    desk.out.write(f"{given.file}: {count} cases\n")


def _import(desk: Desk, given: argparse.Namespace) -> None:
    with desk.acting(Refusals, Faults) as conn:
        asked = read_acts(given.file)
        try:
            recorded = record_acts(conn, [act for _, act in asked], given.by, datetime.now(UTC), one_by_one=False)
        except Refusals as refusals:
            raise faults_of(given.file, [line for line, _ in asked], refusals) from None
        if given.dry_run:
            conn.rollback()
    told = "could be recorded; nothing is" if given.dry_run else "are recorded"
    desk.out.write(f"{given.file}: {recorded} acts {told}\n")
