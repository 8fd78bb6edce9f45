"""The kinds of cell that plan files hold, each stricter than pydantic's own reading of text.

A spreadsheet rewrites what it shows: `53.000` is fifty-three thousand to a Vietnamese reader and 53 to Python,
`01/03/2025` has two readings, and `09` loses its zero. A cell that could be misread is refused with a reason instead
of being guessed.
"""

import re
from datetime import date, datetime, time
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

_WHOLE = re.compile(r"-?\d+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?([+-]\d\d:\d\d|Z)?")
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")


def _whole(cell: object) -> object:
    if isinstance(cell, str) and not _WHOLE.fullmatch(cell):
        raise ValueError("not a whole number (digits only, no separators)")
    return cell


def _day(cell: object) -> object:
    if isinstance(cell, str) and not _DAY.fullmatch(cell):
        raise ValueError("not a date like 2025-03-01")
    return cell


def _instant(cell: object) -> object:
    if isinstance(cell, str) and not _INSTANT.fullmatch(cell):
        raise ValueError("not an instant like 2025-03-16T00:00")
    return cell


def _hour(cell: object) -> object:
    if isinstance(cell, str) and not _HOUR.fullmatch(cell):
        raise ValueError("not a time of day like 18:00")
    return cell


def _email(cell: object) -> object:
    if isinstance(cell, str) and (not _EMAIL.fullmatch(cell) or ".." in cell):
        raise ValueError("not an e-mail address")
    return cell


Code = Annotated[str, StringConstraints(pattern=r"^\d{1,10}$")]
"""A unit's GSO code: text, so that a leading zero stays."""
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Count = Annotated[int, BeforeValidator(_whole), Field(ge=0)]
AtLeastOne = Annotated[int, BeforeValidator(_whole), Field(ge=1)]
Day = Annotated[date, BeforeValidator(_day)]
Hour = Annotated[time, BeforeValidator(_hour)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
"""Local time of the campaign unless it carries an offset; always aware once the plan is loaded."""
Email = Annotated[str, BeforeValidator(_email)]
Phone = Annotated[str, Field(pattern=r"^\+?[\d .]{6,20}$")]
Share = Annotated[float, Field(ge=0, le=1)]

Level = Literal["province", "district", "commune"]
Scope = Literal["area", "registry"]
Origin = Literal["commitment", "decision", "counted", "derived"]
Stage = Literal["collected", "classified", "scanned", "entered", "attached", "reviewed", "received"]
Post = Literal["head", "deputy", "civil_status", "desk", "data_team", "line"]
ForceKind = Literal["judicial_officers", "police", "youth_union", "it_teachers", "it_staff", "border_guards"]
Language = Literal["vi", "en"]
OutcomeClass = Literal["remote", "duplicate", "correctable", "other", "unknown"]
OutcomeAction = Literal["put_back", "ask_ledger", "worklist", "desk", "hold"]
BreakKindName = Literal[
    "future_dated", "ref_key_differs", "accepted_unreceived", "cancelled", "ledger_unknown", "ledger_double",
    "ledger_ambiguous", "closing_total", "entry_no_repeated", "entry_no_gap", "entry_without_scan", "scan_name",
    "scan_of_another", "scan_repeated",
]  # fmt: skip
"""What a close looks for; meanings in docs/figures.md."""
Owner = Literal["unit", "district", "department", "ministry", "data_team"]


class Frozen(BaseModel):
    """Base of every plan model: read-only, and a field that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
