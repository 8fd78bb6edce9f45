"""What a province is like at work: how unequal its registries are, how often days go wrong, when help comes.

What becomes of one registry is drawn from the seed (`effort.py`); what it is drawn from stands here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Temper:
    """A province's temper. Shares are 0 to 1; days of the campaign count from 0.

    Attributes:
        strength: mean and spread of the logarithm of a registry's strength; at 0 it just makes the entry days.
        weak_share, weak_factor: registries that are weaker by this factor, and how many are.
        late_share, late_days: registries that begin late, and on which days (from, until before) they begin.
        day_spread: spread of the logarithm of a day's pace.
        bad_day_share, bad_day_factor: days without power or internet, and what is left of the pace on them.
        saturday, sunday: pace of these days, 1 being a weekday's.
        border_before, border_after: pace of border communes before and after help has come from outside,
        help_days: and on which days (from, until before) it comes.
        help_comes: whether it comes at all.
    """

    strength: tuple[float, float] = (0.2, 0.15)
    weak_share: float = 0.06
    weak_factor: float = 0.45
    late_share: float = 0.05
    late_days: tuple[int, int] = (3, 8)
    day_spread: float = 0.15
    bad_day_share: float = 0.025
    bad_day_factor: float = 0.05
    saturday: float = 0.9
    sunday: float = 0.75
    border_before: float = 0.42
    border_after: float = 1.45
    help_days: tuple[int, int] = (7, 10)
    help_comes: bool = True


USUAL = Temper()
"""The temper of every world that is made for a rehearsal."""
OTHER = Temper(
    strength=(0.15, 0.22),
    weak_share=0.08,
    weak_factor=0.5,
    late_share=0.10,
    late_days=(2, 7),
    day_spread=0.22,
    bad_day_share=0.05,
    bad_day_factor=0.1,
    saturday=0.6,
    sunday=0.3,
    border_before=0.5,
    border_after=1.3,
    help_days=(6, 13),
)
"""Another province, for studies: registries less alike, more of them late, more bad days, slow weekends."""
