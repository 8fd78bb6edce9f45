"""The breaker before the receiving side: how many transfers may go back to it while it fails, and after.

Pure: what a run saw goes in, the breaker's state and the size of the wave come out. Why so: docs/adr/0011.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from include.campaign.plan.rules import Requeue

State = Literal["closed", "open", "opening"]


@dataclass(frozen=True)
class Breaker:
    """Closed: waves as large as the rules let them be; open: only probes; opening: `step` 1, 2, ... of them."""

    state: State = "closed"
    step: int = 0


@dataclass(frozen=True)
class Evidence:
    """What the receiving side did before a wave, in transfers.

    Attributes:
        answered: taken or refused: it works.
        fell: failed through its own fault.
        accepted: receipts of the last `lately_hours`, which waves are measured by.
        put_back: went back in that time, before this instant.
        put_back_now: went back by an earlier run of this very instant.
    """

    answered: int
    fell: int
    accepted: int
    put_back: int
    put_back_now: int


def after(before: Breaker, seen: Evidence, rules: Requeue) -> Breaker:
    """The breaker for the wave to come, by that of the wave before and what was seen since.

    It opens when failures are many and the larger share; once open, answers alone take it on, a step a wave; and while
    it is opening the share alone throws it back. Nothing seen changes nothing.
    """
    failing = seen.fell > rules.breaker.share * (seen.fell + seen.answered)
    if before.state == "closed":
        return Breaker("open") if failing and seen.fell >= rules.breaker.failures else before
    if failing:
        return Breaker("open")
    if not seen.answered:
        return before
    step = before.step + 1
    return Breaker("opening", step) if step <= len(rules.breaker.opening_shares) else Breaker()


def cap(breaker: Breaker, seen: Evidence, rules: Requeue) -> int:
    """How many transfers may go back in this wave, those decided earlier and not carried out yet included.

    Never more than the plan's cap, nor than the receiving side lately accepted, less what went back in that time; but
    a few probes always.
    """
    if breaker.state == "open":
        size = rules.probe
    else:
        share = rules.breaker.opening_shares[breaker.step - 1] if breaker.state == "opening" else 1.0
        size = max(rules.probe, int(share * seen.accepted) - seen.put_back)
    return max(0, min(rules.wave_cap, size) - seen.put_back_now)
