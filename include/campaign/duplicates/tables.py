"""Cases as a table for a spreadsheet, and what people filled in read back: every fault by file, line and reason."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, TypeVar, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator
from sqlalchemy import RowMapping

from include.campaign.duplicates.acts import Act, ActName, Outcome, Refusals
from include.campaign.duplicates.bulk import Look, Verdict
from include.campaign.plan.fields import Frozen, Text
from include.campaign.plan.findings import Finding
from include.campaign.plan.read import read_csv, to_models

SHOWN = (
    "case_key", "unit", "district", "phase", "register", "opened_year", "opened_by", "book_no", "entry_no", "page_file",
    "error_code", "kind", "possible_twin", "partners", "partner", "same_book", "partner_page", "partner_receipt",
    "partner_received_at", "suggested", "state", "decided_outcome", "proposed_by", "proposed_at", "proposed_why",
    "batch",
)  # fmt: skip
"""Columns of the table that say what is known. `decided_outcome` is what is proposed or confirmed."""
TO_FILL = ("act", "outcome", "why")
"""Empty columns of a table of cases: what to do, with which outcome, and why."""
SAMPLE_TO_FILL = ("verdict", "note")
"""Empty columns of a sample: is the proposal right or wrong, and what was seen."""

_MARK = "\ufeff"  # without it Excel takes UTF-8 for the machine's old code page
_BEFORE = {"book_no": "quyển", "entry_no": "số"}  # a spreadsheet turns "12/2004" into a date and "01" into 1

_Filled = TypeVar("_Filled", Act, Look)


class Faults(Exception):
    """What is wrong in a file, each with its line; nothing of the file is done."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = sorted(findings, key=lambda finding: finding.line)
        super().__init__("\n".join(map(str, self.findings)))


def _case(cell: str) -> str:
    code, _, number = cell.partition("/")
    if not code.isdigit() or not number.isdigit():
        raise ValueError("no case; write <registry>/<entry>, for example 19330/1024")
    return cell


Case = Annotated[Text, AfterValidator(_case)]


class _Known(Frozen):
    """What a table says already: read and not used, so that a table can come back as it went out."""

    case_key: Case
    unit: Text | None = None
    district: Text | None = None
    phase: Text | None = None
    register_code: Text | None = Field(default=None, alias="register")
    opened_year: Text | None = None
    opened_by: Text | None = None
    book_no: Text | None = None
    entry_no: Text | None = None
    page_file: Text | None = None
    error_code: Text | None = None
    kind: Text | None = None
    possible_twin: Text | None = None
    partners: Text | None = None
    partner: Text | None = None
    same_book: Text | None = None
    partner_page: Text | None = None
    partner_receipt: Text | None = None
    partner_received_at: Text | None = None
    suggested: Text | None = None
    state: Text | None = None
    decided_outcome: Text | None = None
    proposed_by: Text | None = None
    proposed_at: Text | None = None
    proposed_why: Text | None = None
    batch: Text | None = None

    @property
    def key(self) -> tuple[str, int]:
        """Registry and entry."""
        code, _, number = self.case_key.partition("/")
        return code, int(number)


class _ActLine(_Known):
    act: ActName | None = None
    outcome: Outcome | None = None
    why: Text | None = None

    @model_validator(mode="after")
    def _whole(self) -> _ActLine:
        if self.act is None and (self.outcome or self.why):
            raise ValueError(f"act is empty: write {', '.join(get_args(ActName))}, or leave outcome and why empty too")
        if self.act == "propose" and self.outcome is None:
            raise ValueError(f"a proposal has an outcome: {', '.join(get_args(Outcome))}")
        if self.act in ("propose", "withdraw") and self.why is None:
            raise ValueError(f"say why you {self.act} it")
        return self


class _LookLine(_Known):
    verdict: Verdict | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _whole(self) -> _LookLine:
        if self.verdict is None and self.note:
            raise ValueError(f"verdict is empty: write {' or '.join(get_args(Verdict))}")
        return self


def write_table(path: Path, rows: Iterable[RowMapping], to_fill: Sequence[str], separator: str, zone: ZoneInfo) -> int:
    """Write cases as CSV in UTF-8 that a spreadsheet opens; returns how many.

    Args:
        path: the file; what it held is replaced.
        rows: rows of `duplicates/select_cases`.
        to_fill: empty columns at the end.
        separator: between cells.
        zone: of instants.
    """
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_MARK)
        writer = csv.writer(file, delimiter=separator)
        writer.writerow([*SHOWN, *to_fill])
        for count, row in enumerate(rows, start=1):  # noqa: B007  (counted, and read after the loop)
            writer.writerow([*(_cell(column, row[column], zone) for column in SHOWN), *("" for _ in to_fill)])
    return count


def read_acts(path: Path) -> list[tuple[int, Act]]:
    """Acts of a table that came back, with their lines; a line without an act is left alone.

    Raises:
        Faults: the file cannot be read, or a line does not say what to do.
    """

    def act_of(line: _ActLine) -> Act | None:
        if line.act is None:
            return None
        return Act(*line.key, act=line.act, outcome=line.outcome, why=line.why or "")

    return _read(path, _ActLine, act_of)


def read_looks(path: Path) -> list[tuple[int, Look]]:
    """What was found in a sample, with its lines; a line without a verdict is left alone.

    Raises:
        Faults: the file cannot be read, or a line says no verdict that there is.
    """

    def look_of(line: _LookLine) -> Look | None:
        return None if line.verdict is None else Look(*line.key, verdict=line.verdict, note=line.note or "")

    return _read(path, _LookLine, look_of)


def faults_of(path: Path, lines: Sequence[int], refusals: Refusals) -> Faults:
    """Refusals of what a file asks for, by its lines.

    Args:
        path: the file.
        lines: line of each thing that was asked for, in order.
        refusals: what cannot be done.
    """
    return Faults([Finding(str(path), lines[place - 1], reason) for place, reason in refusals.reasons.items()])


_Line = TypeVar("_Line", _ActLine, _LookLine)


def _read(path: Path, model: type[_Line], made: Callable[[_Line], _Filled | None]) -> list[tuple[int, _Filled]]:
    found: list[Finding] = []
    rows = read_csv(path.parent, path.name, model, found)
    good = to_models(path.name, rows or (), model, found)
    if found:
        raise Faults([Finding(str(path), fault.line, fault.reason) for fault in found])
    filled = [(line, item) for line, read in good if (item := made(read)) is not None]
    if not filled:
        raise Faults([Finding(str(path), 1, "nothing is filled in")])
    return filled


def _cell(column: str, value: object, zone: ZoneInfo) -> object:
    if value is None:
        return ""
    if hasattr(value, "astimezone"):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "yes" if value else ""
    if column in _BEFORE:
        return f"{_BEFORE[column]} {value}"
    # A name that begins so would be a formula.
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t" and value else value
