"""What befalls a registry's database itself for some time: a restored backup, a wrong clock, another schema."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.rehearsal.history import History
from include.rehearsal.instants import DAY, HOUR

RESTORED, WRONG_CLOCK = "restored", "wrong_clock"
NO_PAGE_FILE, NO_CLOSING_TOTAL, NO_DAILY_REPORT = "no_page_file", "no_closing_total", "no_daily_report"
EXTRAS = "extras"
LACKING = {
    NO_PAGE_FILE: "entry.page_file",
    NO_CLOSING_TOTAL: "book.closing_total",
    NO_DAILY_REPORT: "daily_report",
}
"""What a registry lacks with these: a table, or a column as "table.column"."""
_SCHEMA_FAULTS = ((EXTRAS, 1, 7), (NO_PAGE_FILE, 4, 3), (NO_DAILY_REPORT, 5, 3), (NO_CLOSING_TOTAL, 6, 4))
"""Kind, first day (from 0) and how many days it lasts."""


@dataclass(frozen=True)
class Ailment:
    """One ailment of one registry, from an instant until before another (seconds since the epoch).

    `amount` is how old the restored backup is, or how far the clock is ahead, in seconds; 0 for the other kinds.
    """

    registry_code: str
    kind: str
    start: int
    end: int
    amount: int = 0


def ail(codes: list[str], seed: int, start: int, days: int) -> tuple[Ailment, ...]:
    """Draw the whole campaign's ailments, for different registries as far as there are enough.

    A backup of the day before is restored on the fourth day and one of some hours before later on; a clock is three
    hours ahead for a good day, another nine. A large province meets each more often. For some days one registry
    lacks a column, another one another, one a table, and one has a column and a table too many.
    """
    rng = np.random.default_rng([seed, 0xA117])
    chosen = rng.permutation(len(codes)).tolist()
    drawn = [(RESTORED, 3, 26), (WRONG_CLOCK, 2, 3), (RESTORED, 13, 9), (WRONG_CLOCK, 12, 9)]
    if len(codes) >= 20:
        more = [(RESTORED, 26), (RESTORED, 7), (WRONG_CLOCK, 1), (WRONG_CLOCK, 7), (RESTORED, 30)]
        drawn += [(kind, int(rng.integers(5, max(days - 3, 6))), hours) for kind, hours in more]
    found = []
    for place, (kind, day, hours) in enumerate(drawn):
        begins = start + day * DAY + int(rng.integers(10, 15)) * HOUR + int(rng.integers(0, HOUR))
        lasts = int(hours * 0.75 * HOUR) if kind == RESTORED else int(rng.integers(20, 34)) * HOUR
        found.append(Ailment(codes[chosen[place % len(chosen)]], kind, begins, begins + lasts, hours * HOUR))
    for place, (kind, day, lasts) in enumerate(_SCHEMA_FAULTS, start=len(drawn)):
        begins = start + day * DAY + int(rng.integers(8, 15)) * HOUR
        found.append(Ailment(codes[chosen[place % len(chosen)]], kind, begins, begins + lasts * DAY))
    return tuple(found)


def befall(histories: list[History], ailments: tuple[Ailment, ...]) -> None:
    """Write the ailments into the histories that they befall."""
    for history in histories:
        own = [one for one in ailments if one.registry_code == history.code]
        history.restores = tuple((one.start, one.start - one.amount, one.end) for one in own if one.kind == RESTORED)
        history.wrong_clocks = tuple((one.start, one.end, one.amount) for one in own if one.kind == WRONG_CLOCK)
        history.schema_faults = tuple(
            (one.kind, one.start, one.end) for one in own if one.kind == EXTRAS or one.kind in LACKING
        )
