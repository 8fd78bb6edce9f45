"""Failed transfers in the Department's report: what went back, what waits, what does not go back, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, RowMapping

from include.campaign.days import Close
from include.campaign.transfers.counts import TransferCounts, WaveCounts, counts
from include.campaign.warehouse import fetch
from include.campaign.worklist import unknown_codes

if TYPE_CHECKING:
    from include.campaign.report.frozen import FrozenDay


@dataclass(frozen=True)
class DecidedDay:
    """What was decided about failed transfers for a close; the rows are of the statements that `read_decided` runs."""

    counts: TransferCounts
    put_backs: tuple[RowMapping, ...]
    standing: tuple[RowMapping, ...]
    unknown_codes: tuple[RowMapping, ...]


@dataclass(frozen=True)
class UnknownCode:
    """A code that the plan does not know ("": no code), with its entries; `new`: no earlier close showed it."""

    code: str
    entries: int
    registries: int
    new: bool


@dataclass(frozen=True)
class Transfers:
    """What was decided for a close about transfers that failed, and what stands after it.

    Attributes:
        put_back: by rule (a term), most first; each was confirmed by its registry.
        settled: found in the ledger, so not sent again.
        held: stand held, with a code that is unknown or a refusal; `held_new` of them since the close before.
        poison: stand stopped, through with their attempts; `poison_new` of them since the close before.
        untold: decided, and the registry could not be told yet.
        wave: the last one: what waits, and the breaker towards the receiving side; None: nothing was decided, since
            the ledger was not read.
        unknown: codes that the plan does not know, new ones first.
    """

    put_back: tuple[tuple[str, int], ...]
    settled: int
    held: int
    held_new: int
    poison: int
    poison_new: int
    untold: int
    wave: WaveCounts | None
    unknown: tuple[UnknownCode, ...]


def read_decided(conn: Connection, close: Close) -> DecidedDay:
    """What was decided for a close."""
    return DecidedDay(
        counts=counts(conn, close.key),
        put_backs=tuple(fetch(conn, "redrive/select_put_backs", day_key=close.key)),
        standing=tuple(fetch(conn, "redrive/select_standing", day_key=close.key)),
        unknown_codes=tuple(unknown_codes(conn, close.key)),
    )


def transfers(day: FrozenDay) -> Transfers | None:
    """The Department's block; None where there is nothing to tell."""
    decided, standing = day.decided.counts, _by_kind(day.decided.standing)
    told = Transfers(
        put_back=tuple((row["rule"], row["entries"]) for row in day.decided.put_backs),
        settled=decided.settled,
        held=standing.get("held", decided.held),
        held_new=decided.held,
        poison=standing.get("poison", decided.poisoned),
        poison_new=decided.poisoned,
        untold=standing.get("untold", decided.untold),
        wave=decided.wave,
        unknown=tuple(
            UnknownCode(
                row["error_code"], row["entries"], row["registries"], new=row["first_key"] == day.head.close_key
            )
            for row in day.decided.unknown_codes
        ),
    )
    return told if told.wave or told.unknown or told.put_back else None


def _by_kind(rows: Sequence[RowMapping]) -> dict[str, int]:
    return {row["kind"]: row["entries"] for row in rows}
