"""How fast a registry works, hour by hour: strength, days, nights, weekends, helpers, the border, bad days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from include.rehearsal.instants import DAY, HOUR, WorkClock
from include.rehearsal.province import Leaf, Province
from include.rehearsal.temper import Temper

OFFICE_HOURS = np.array(
    [0.03] * 6 + [0.15, 0.6] + [1.0] * 3 + [0.8, 0.15, 0.8] + [1.0] * 3 + [0.5, 0.25] + [0.55] * 3 + [0.25, 0.08]
)
"""Share of full work in each local hour: "20 days and nights" means evenings too, and little at night."""
AFTERWARDS = 0.3
"""Share of the pace that is left when the campaign is over and the helpers have gone."""
STAFF_LEAD_DAYS = 14
"""The staff's clock begins this much before the campaign: books are collected before the first day."""
ENTRY_DAYS = 15


@dataclass(frozen=True)
class Effort:
    """A registry's two clocks.

    Attributes:
        entry: counts entry work; a registry is done when it stands at 1.0.
        staff_start: first instant of the staff's clock, and
        staff_rates: its hours; lags between the steps of one entry are counted on it.
        period_hours: hours between two runs of the sending software.
        luck: for each day of the world how good it was, 1 being usual; it is in `entry`.
    """

    entry: WorkClock
    staff_start: int
    staff_rates: NDArray[np.float64]
    period_hours: float
    luck: NDArray[np.float64]

    @property
    def staff(self) -> WorkClock:
        """The staff's work clock."""
        return WorkClock(self.staff_start, self.staff_rates)


def effort_of(leaf: Leaf, province: Province, rng: np.random.Generator) -> Effort:
    """Draw how this registry works. The typical one has entered everything shortly before the entry days are over."""
    temper = province.temper
    hours = (province.horizon - province.start) // HOUR
    rhythm = _rhythm(province.start, hours, province)
    strength = float(np.exp(rng.normal(*temper.strength)))
    if rng.random() < temper.weak_share:
        strength *= temper.weak_factor
    late_start = int(rng.integers(*temper.late_days)) * 24 if rng.random() < temper.late_share else 0
    at = province.start + HOUR * np.arange(hours)
    bad, border = _bad_days(hours, temper, rng), _border(leaf, hours, temper, rng)
    rates = rhythm * strength * bad * border * _helped(leaf, at, rng)
    rates[:late_start] = 0.0
    rates[at >= province.end] *= AFTERWARDS
    full = _rhythm(province.start, ENTRY_DAYS * 24, province).sum()
    staff_start = province.start - STAFF_LEAD_DAYS * DAY
    staff = _rhythm(staff_start, hours + STAFF_LEAD_DAYS * 24, province) * (0.6 + 0.4 * min(strength, 1.5))
    return Effort(
        WorkClock(province.start, np.maximum(rates, 1e-6) / full),
        staff_start,
        staff,
        float(rng.uniform(1, 5)),
        bad[::24],
    )


def _rhythm(start: int, hours: int, province: Province) -> NDArray[np.float64]:
    temper = province.temper
    local = (start + province.utc_offset) // HOUR + np.arange(hours)
    weekday = (local // 24 + 3) % 7  # 1 January 1970 was a Thursday, Monday is 0
    return OFFICE_HOURS[local % 24] * np.select([weekday == 5, weekday == 6], [temper.saturday, temper.sunday], 1.0)


def _bad_days(hours: int, temper: Temper, rng: np.random.Generator) -> NDArray[np.float64]:
    """Days differ; now and then there is no power or no internet."""
    days = hours // 24 + 1
    return np.repeat(luck_of_days((days,), temper, rng), 24)[:hours]


def luck_of_days(shape: tuple[int, ...], temper: Temper, rng: np.random.Generator) -> NDArray[np.float64]:
    """How good days are: 1 is usual."""
    usual = np.exp(rng.normal(0, temper.day_spread, shape))
    return usual * np.where(rng.random(shape) < temper.bad_day_share, temper.bad_day_factor, 1.0)


def _border(leaf: Leaf, hours: int, temper: Temper, rng: np.random.Generator) -> NDArray[np.float64]:
    """Border communes begin at less than half the pace, until help comes from outside; the day is drawn in any case."""
    if not leaf.border:
        return np.ones(hours)
    comes = int(rng.integers(*temper.help_days)) * 24 + 7
    alone = np.arange(hours) < (comes if temper.help_comes else hours)
    return np.where(alone, temper.border_before, temper.border_after)


def _helped(leaf: Leaf, at: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Each helper adds a little; not all come who were promised, and some come days late."""
    added = np.zeros(len(at))
    for helpers in leaf.helpers:
        late = int(rng.choice([0, 0, 1, 2, 3])) * DAY
        here = (at >= helpers.start + late) & (at < helpers.end)
        added[here] += 0.06 * helpers.number * rng.uniform(0.6, 1.1)
    return 0.9 + np.minimum(added, 0.8)
