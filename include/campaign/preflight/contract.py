"""The contract as data: what a source must have, what of it each of our log-ins may read, and what nobody of ours may.

Source: docs/contract.md; a test makes a database from the contract's own SQL and compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from include.campaign.pull.shape import NEEDED

Grant = Literal["granted", "personal", "withheld"]

_INT, _SMALL, _TEXT, _TIME = "integer", "smallint", "text", "timestamp with time zone"


@dataclass(frozen=True)
class Column:
    """A column of the contract.

    Attributes:
        type: as `format_type` names it.
        grant: "granted" to the reader, "personal" (never to be readable to us), or "withheld" (not ours to read).
    """

    type: str
    grant: Grant = "granted"


def _granted(kind: str, *names: str) -> dict[str, Column]:
    return {name: Column(kind) for name in names}


def _personal(*names: str) -> dict[str, Column]:
    return {name: Column(_TEXT, "personal") for name in names}


REGISTRY: dict[str, dict[str, Column]] = {
    "book": {
        **_granted(_INT, "book_id", "pages", "closing_total"),
        **_granted(_SMALL, "opened_year", "closed_year", "phase"),
        **_granted(_TEXT, "register", "book_no", "opened_by", "scan_file"),
        **_granted(_TIME, "collected_at", "classified_at", "scanned_at"),
    },
    "entry": {
        **_granted("bigint", "entry_id"),
        **_granted(_INT, "book_id"),
        **_granted(_TEXT, "entry_no", "page_file"),
        **_granted("text[]", "defects"),
        **_granted(_TIME, "entered_at", "scan_attached_at", "reviewed_at", "corrected_at", "changed_at"),
        **_personal("full_name", "birth_date", "personal_id", "ethnicity"),
    },
    "transfer": {
        **_granted("bigint", "entry_id"),
        **_granted(_SMALL, "attempts"),
        **_granted(_TEXT, "state", "error_code", "ministry_ref", "requeue_key"),
        **_granted(_TIME, "queued_at", "sent_at", "answered_at"),
        **_personal("error_text"),
    },
    "daily_report": {
        **_granted("date", "report_date"),
        **_granted(_TIME, "submitted_at"),
        **_granted(_INT, "books_scanned", "entries_entered", "entries_reviewed", "entries_transferred"),
        **_granted(
            _SMALL, "judicial_officers", "police", "youth_union", "it_teachers", "it_staff", "border_guards",
            "computers", "scanners",
        ),
        **_granted("boolean", "internet_ok"),
        **_granted(_TEXT, "difficulties"),
        **_personal("submitted_by"),
    },
    "requeue_log": {
        "entry_id": Column("bigint", "withheld"),
        "key": Column(_TEXT, "withheld"),
        "why": Column(_TEXT, "withheld"),
        "put_at": Column(_TIME, "withheld"),
    },
}  # fmt: skip
"""Tables of a registry's schema `sohoa`."""

LEDGER: dict[str, dict[str, Column]] = {
    "receipt": {
        **_granted("bigint", "receipt_id", "sender_entry_id"),
        **_granted(_SMALL, "opened_year"),
        **_granted(_TEXT, "ministry_ref", "unit_code", "register", "book_no", "entry_no"),
        **_granted(_TIME, "received_at", "cancelled_at"),
    },
}
"""Tables of the ledger's schema `ledger`."""

NEEDED_OF_REGISTRY = frozenset(f"{table}.{column}" for table, columns in NEEDED.items() for column in columns)
"""Without these a registry cannot be read; without the others it is read in part."""

NEEDED_OF_LEDGER = frozenset(f"{table}.{column}" for table, columns in LEDGER.items() for column in columns)
"""The ledger is read whole or not at all."""

_WHOLE_NUMBERS = frozenset({_SMALL, _INT, "bigint"})


def type_fault(written: str, found: str) -> Literal["warn", "fail"] | None:
    """How bad a column's type is: other widths and texts are converted when read, anything else is not the contract's.

    A timestamp without time zone is the trap: it would be read, and taken for another hour.
    """
    if written == found or (written == _TEXT and (found.startswith("character") or found == "citext")):
        return None
    return "warn" if {written, found} <= _WHOLE_NUMBERS else "fail"
