"""Rules of papers (rules.yaml): when a held report goes out all the same, and what makes a correction."""

from datetime import time

from include.campaign.plan.fields import Count, Frozen, Hour, Share


class Correction(Frozen):
    """A published figure is corrected when it moved by more than this share of it and by more than so many cases."""

    share: Share = 0.005
    cases: Count = 50

    def needed(self, was: int, now: int) -> bool:
        """Whether a figure that was published as `was` and is `now` is told again."""
        return abs(now - was) > max(self.cases, self.share * abs(was))


class Papers(Frozen):
    """What happens to papers that nobody released, and to figures that were published otherwise.

    A report that is held and that nobody released or dropped goes out as provisional at `release_held_at`, local time,
    of the next day.
    """

    release_held_at: Hour = time(7)
    correction: Correction = Correction()
