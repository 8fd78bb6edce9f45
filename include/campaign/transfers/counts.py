"""What was decided about transfers for a close, in numbers: for the gate, the reports and the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from include.campaign.transfers.breaker import Breaker
from include.campaign.warehouse import fetch


@dataclass(frozen=True)
class WaveCounts:
    """The last wave decided for a close.

    Attributes:
        as_of: its instant.
        breaker: towards the receiving side.
        cap: so many could go back; `lately_accepted` is what that was measured by.
        due: could have gone back; `waiting` of these were above the cap.
        not_due: back off, or wait for the ledger to be asked again.
        why: what the breaker rests on, in English, for the log.
    """

    as_of: datetime
    breaker: Breaker
    cap: int
    lately_accepted: int
    due: int
    waiting: int
    not_due: int
    why: str


@dataclass(frozen=True)
class TransferCounts:
    """Decisions made for a close, in transfers; of `put_back` as docs/figures.md says, "re-queued (D)".

    Attributes:
        put_back: in the queue again, read back.
        untold: decided, and the registry could not be told so far.
        not_permitted: the log-in may not put back there.
        not_needed: overtaken before it was done: sent, answered, received or gone.
        settled: found in the ledger, and never sent again.
        held: newly held with a code that the plan does not know, or a refusal.
        poisoned: newly through with their attempts.
        wave: None when none was decided, since the ledger was not read.
    """

    put_back: int
    untold: int
    not_permitted: int
    not_needed: int
    settled: int
    held: int
    poisoned: int
    wave: WaveCounts | None


def counts(conn: Connection, day_key: str) -> TransferCounts:
    """What was decided for a close. Cheap: an index over the day's decisions, and one wave."""
    [found] = fetch(conn, "transfers/select_counts", day_key=day_key)
    wave = None
    if found["breaker"]:
        breaker = Breaker(found["breaker"], found["step"])
        names = ("as_of", "cap", "lately_accepted", "due", "waiting", "not_due", "why")
        wave = WaveCounts(breaker=breaker, **{name: found[name] for name in names})
    names = ("put_back", "untold", "not_permitted", "not_needed", "settled", "held", "poisoned")
    return TransferCounts(wave=wave, **{name: found[name] for name in names})
