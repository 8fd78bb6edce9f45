"""`prove`: the keys that add up to a printed figure of a close, and what explains it where they do not."""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping

from include.campaign.desk.command import Desk, DeskError
from include.campaign.desk.proof import Closed, Past, find_closed, items_of
from include.campaign.plan import Plan
from include.campaign.warehouse import fetch

DATED = (
    "books_collected",
    "books_classified",
    "books_scanned",
    "entered",
    "attached",
    "reviewed",
    "corrected",
    "received",
)
IN_DAY = ("entered_in_day", "received_in_day")
STATE = ("queued", "awaiting", "rejected", "failed", "open_defects")
REQUEUED = "requeued"
FIGURES = (*DATED, *IN_DAY, *STATE, REQUEUED)
CLASS = re.compile(r"(E([1-9]|1[01])|E6-(duplicate|correctable|other|unknown)|E7-(remote|other|unknown)|R[1-5])$")
IN_PROGRESS = ("entered", "attached", "reviewed", "received", *IN_DAY)
IN_SUMMARY = {
    "entered": "entered_total",
    "received": "received_total",
    "entered_in_day": "entered_day",
    "received_in_day": "received_day",
}
"""What the gate said of the evening, for the whole province."""

SHOWN_KEYS = 5

Group = tuple[str, str, int]


@dataclass
class Proof:
    """A figure of a close held against the keys that add up to it. Groups are (registry, register, phase)."""

    closed: Closed
    figure: str
    last: bool
    printed: dict[Group, int | None] = field(default_factory=dict)
    items: list[RowMapping] = field(default_factory=list)
    restated: list[RowMapping] = field(default_factory=list)

    @property
    def counted(self) -> Counter[Group]:
        """Keys per group."""
        return Counter(_group(item) for item in self.items)

    @property
    def differing(self) -> list[Group]:
        """Groups with data whose keys do not add up to what is printed."""
        counted = self.counted
        groups = sorted(self.printed.keys() | counted.keys())
        return [group for group in groups if self.printed.get(group, 0) not in (None, counted[group])]

    @property
    def total(self) -> int:
        """Printed total over the groups that have data."""
        return sum(value for value in self.printed.values() if value is not None)


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("prove", help="the keys that add up to a figure of a close", description=__doc__)
    parser.add_argument("day", help='2025-03-05, or "final"')
    parser.add_argument("figure", help=f"{', '.join(FIGURES)}, or a class: E1 ... E11, E6-correctable, R1 ... R5")
    parser.add_argument("--registry", help="only this registry, by its code")
    parser.add_argument(
        "--last", action="store_true", help="as last closed, late data included; default: as first closed"
    )
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write every key to this file")
    parser.set_defaults(run=_run)


def _run(desk: Desk, asked: argparse.Namespace) -> None:
    with desk.engine.connect() as conn:
        proof = prove(Past(conn), desk.plan, asked.day, asked.figure, registry=asked.registry, last=asked.last)
        baseline = _under_baseline(conn, proof, asked.registry)
    if asked.csv:
        _write_csv(proof, asked.csv)
    _tell(desk, proof, baseline, asked.csv)
    if proof.differing:
        raise DeskError(f"{len(proof.differing)} groups, marked !, do not add up")


def prove(past: Past, plan: Plan, day: str, figure: str, *, registry: str | None = None, last: bool = False) -> Proof:
    """Find the keys behind a figure.

    Args:
        past: the mirror's versions.
        plan: the plan.
        day: a day, a close's key, or "final".
        figure: one of `FIGURES`, a class, or the beginning of classes ("E6").
        registry: only of this registry.
        last: as the close was last closed, late data included, instead of as it was first closed and mailed.

    Raises:
        DeskError: no such close, figure or registry.
    """
    if figure not in FIGURES and not CLASS.match(figure):
        raise DeskError(f"{figure!r} is no figure: {', '.join(FIGURES)}, or a class such as E5, E6-correctable or R3")
    if registry is not None and registry not in plan.registry_codes:
        raise DeskError(f"{registry!r} is no registry of the plan")
    conn = past.conn
    closed = find_closed(conn, plan, day)
    # What a day brought is kept as last computed alone: closing again replaces it.
    proof = Proof(closed, figure, last or (figure in IN_DAY and closed.closings > 1))
    proof.printed = _printed(conn, proof)
    for closing_no, codes in _closings_to_look_at(proof).items():
        if figure == REQUEUED:
            proof.items += fetch(conn, "proof/select_requeued", close_key=closed.close.key)
            break
        past.look(closed, closing_no)
        items = items_of(conn, figure, closed.row["as_of"])
        proof.items += [item for item in items if codes is None or item["registry_code"] in codes]
    if CLASS.match(figure):
        _leave_out_unclassed(conn, proof)
    proof.items = [item for item in proof.items if proof.printed.get(_group(item), 0) is not None]
    if figure == REQUEUED:
        proof.printed = dict(proof.counted)
    proof.restated = list(fetch(conn, "proof/select_restatements", close_key=closed.close.key, figure=figure))
    if registry is not None:
        proof.printed = {group: value for group, value in proof.printed.items() if group[0] == registry}
        proof.items = [item for item in proof.items if item["registry_code"] == registry]
        proof.restated = [row for row in proof.restated if row["registry_code"] == registry]
    return proof


def _printed(conn: Connection, proof: Proof) -> dict[Group, int | None]:
    key = proof.closed.close.key
    if proof.figure == REQUEUED:
        return {}
    of_classes = proof.figure not in FIGURES
    name = "proof/select_printed_classes" if of_classes else "proof/select_printed_figures"
    rows = fetch(conn, name, close_key=key, figure=proof.figure)
    return {_group(row): row["last" if proof.last else "first"] for row in rows}


def _leave_out_unclassed(conn: Connection, proof: Proof) -> None:
    """Where no class of a registry was frozen (the ledger was not read), there is no figure to prove."""
    rows = fetch(conn, "proof/select_classed_registries", close_key=proof.closed.close.key)
    classed = {row["registry_code"] for row in rows} | {""}
    for item in proof.items:
        if item["registry_code"] not in classed:
            proof.printed[_group(item)] = None


def _closings_to_look_at(proof: Proof) -> dict[int, frozenset[str] | None]:
    """Which closings, and for which registries each (None: all). State is of the closing that froze it."""
    if proof.figure in (*DATED, *IN_DAY, REQUEUED):
        return {proof.closed.closings if proof.last else 1: None}
    frozen = proof.closed.frozen_at
    first = min(frozen.values(), default=1)
    # Receipts that no registry can be told of (registry '') are frozen with the first.
    return {
        closing_no: frozenset(code for code, of in frozen.items() if of == closing_no)
        | (frozenset({""}) if closing_no == first else frozenset())
        for closing_no in sorted({first, *frozen.values()})
    }


def _group(row: RowMapping) -> Group:
    return row["registry_code"], row["register"], row["phase"]


@dataclass(frozen=True)
class UnderBaseline:
    """How many of the keys the baseline in force counts, and what was printed of it in the evening's papers."""

    baseline: str
    proved: int
    printed: int | None


def _under_baseline(conn: Connection, proof: Proof, registry: str | None) -> UnderBaseline | None:
    """None where papers print no such figure, or the baseline counts by more than the book."""
    row = proof.closed.row
    if proof.figure not in IN_PROGRESS or row["entered_from"] is not None:
        return None
    counted = [
        item
        for item in proof.items
        if (row["phase"] is None or item["phase"] == row["phase"])
        and (row["opened_year_max"] is None or item["opened_year"] <= row["opened_year_max"])
    ]
    return UnderBaseline(row["baseline"], len(counted), _in_papers(conn, proof, registry))


def _in_papers(conn: Connection, proof: Proof, registry: str | None) -> int | None:
    """Closing again replaces progress; what the papers said is then in the evening's summary, of the province alone."""
    if proof.closed.closings > 1 and not proof.last:
        summary = proof.closed.row["summary"] or {}
        return summary.get(IN_SUMMARY.get(proof.figure, "")) if registry is None else None
    rows = fetch(conn, "proof/select_progress", close_key=proof.closed.close.key, figure=proof.figure)
    known = [row["counted"] for row in rows if row["counted"] is not None and registry in (None, row["registry_code"])]
    return sum(known) if known else None


def _write_csv(proof: Proof, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["close", "figure", "registry", "register", "phase", "opened_year", "key"])
        for item in proof.items:
            place = (item["registry_code"], item["register"], item["phase"], item["opened_year"], item["item"])
            writer.writerow([proof.closed.close.key, proof.figure, *place])


def _tell(desk: Desk, proof: Proof, baseline: UnderBaseline | None, csv_path: Path | None) -> None:
    out, row = desk.out, proof.closed.row
    zone = desk.plan.rules.campaign.timezone
    state = "as last closed" if proof.last else "as first closed"
    print(
        f"{proof.figure} of {proof.closed.close.key} (as of {row['as_of'].astimezone(zone):%Y-%m-%d %H:%M}), {state}",
        file=out,
    )
    if row["plan_digest"] != desk.plan.digest:
        print("The plan has changed since: codes and units are read by the present one.", file=out)
    print(file=out)
    keys: dict[Group, list[str]] = {}
    for item in proof.items:
        keys.setdefault(_group(item), []).append(item["item"])
    print(f"  {'registry':<8} {'register':<8} {'phase':>5} {'printed':>9} {'proved':>9}  keys", file=out)
    for group in sorted(proof.printed.keys() | keys.keys()):
        _tell_group(out, proof, group, keys.get(group, []))
    print(f"  {'all':<8} {'':<8} {'':>5} {proof.total:>9,} {len(proof.items):>9,}", file=out)
    _tell_restated(out, proof, zone)
    if baseline is not None:
        printed = "not kept" if baseline.printed is None else f"{baseline.printed:,}"
        print(
            f"\nOf these the baseline {baseline.baseline} counts {baseline.proved:,}; the papers' figure: {printed}.",
            file=out,
        )
    if csv_path:
        print(f"\n{len(proof.items):,} keys are in {csv_path}", file=out)


def _tell_group(out: TextIO, proof: Proof, group: Group, keys: Sequence[str]) -> None:
    printed = proof.printed.get(group, 0)
    if not printed and not keys and printed is not None:
        return
    mark = "!" if printed not in (None, len(keys)) else " "
    shown = ", ".join(keys[:SHOWN_KEYS]) + (f", and {len(keys) - SHOWN_KEYS:,} more" if len(keys) > SHOWN_KEYS else "")
    value = "no data" if printed is None else f"{printed:,}"
    registry, register, phase = group
    print(f"{mark} {registry or '-':<8} {register:<8} {phase:>5} {value:>9} {len(keys):>9,}  {shown}", file=out)


def _tell_restated(out: TextIO, proof: Proof, zone: ZoneInfo) -> None:
    """Later restatements, and for a group that does not add up whether one explains it."""
    for row in proof.restated:
        old = "no data" if row["old"] is None else f"{row['old']:,}"
        place = f"{row['registry_code']} {row['register']} phase {row['phase']}"
        when = row["restated_at"].astimezone(zone)
        print(f"  restated {when:%Y-%m-%d %H:%M}: {place}: {old} -> {row['new']:,} ({row['why']})", file=out)
    explained = {_group(row) for row in proof.restated}
    for group in proof.differing:
        if group not in explained:
            print(f"! {' '.join(map(str, group))}: no restatement explains the difference", file=out)
