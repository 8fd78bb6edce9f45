"""The campaign's days and closes. Pure: instants come in, nothing reads a clock (the campaign has one clock: `as_of`).

Day D is what happened between the close of D-1 and the close of D; each day closes at the plan's cut-off, local
time. The final close stands at midnight after the last day, so that the last night counts. After it the tail goes on
day by day, until the plan's `tail_until`: what was begun is followed to its end, and nobody is called late any more.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Literal, TypeAlias

from include.campaign.plan.rules import Rules

FINAL: Literal["final"] = "final"
TAIL: Literal["tail"] = "tail"

Kind: TypeAlias = Literal["daily", "final", "tail"]


@dataclass(frozen=True, slots=True)
class Close:
    """One close: `as_of` is the instant that its figures are of. Keys are text and sort as the instants do."""

    key: str
    day: date
    kind: Kind
    as_of: datetime


@dataclass(frozen=True)
class Calendar:
    """The days of the campaign that `rules` describe. Instants handed in must carry an offset."""

    rules: Rules

    @cached_property
    def _closes(self) -> tuple[Close, ...]:
        campaign = self.rules.campaign
        days = [campaign.first_day + timedelta(days=n) for n in range(self.day_number(campaign.last_day))]
        daily = [Close(day.isoformat(), day, "daily", self._instant(day, campaign.cut_off)) for day in days]
        midnight = self._instant(campaign.last_day + timedelta(days=1), time(0))
        return (*daily, Close(f"{campaign.last_day}-{FINAL}", campaign.last_day, FINAL, midnight))

    @cached_property
    def _tail(self) -> tuple[Close, ...]:
        campaign = self.rules.campaign
        after = [
            campaign.last_day + timedelta(days=n + 1) for n in range((campaign.tail_until - campaign.last_day).days)
        ]
        closes = (Close(day.isoformat(), day, TAIL, self._instant(day, campaign.cut_off)) for day in after)
        # Where days end at midnight, the first of them is the final close itself.
        return tuple(close for close in closes if close.as_of > self._closes[-1].as_of)

    @cached_property
    def _all(self) -> tuple[Close, ...]:
        return (*self._closes, *self._tail)

    def _instant(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self.rules.campaign.timezone)

    @property
    def starts_at(self) -> datetime:
        """Start of the campaign: local midnight of its first day. What was done before is the opening balance."""
        return self._instant(self.rules.campaign.first_day, time(0))

    def closes(self) -> list[Close]:
        """The campaign's own closes in their order: one a day, then the final one."""
        return list(self._closes)

    def with_tail(self) -> list[Close]:
        """All closes in their order: the campaign's own, then one a day until `tail_until`."""
        return list(self._all)

    def close(self, key: str | date) -> Close:
        """The close of a day (a date, or text like "2025-03-05"), of a key, or the final one ("final").

        Raises:
            ValueError: the campaign has no such close; the text says which it has.
        """
        wanted = key.isoformat() if isinstance(key, date) else key.strip()
        for close in self._all:
            if wanted == close.key or (wanted == FINAL == close.kind):
                return close
        campaign = self.rules.campaign
        raise ValueError(
            f"{wanted!r} is no close of this campaign: "
            f'a day from {campaign.first_day} to {campaign.tail_until}, or "{FINAL}"'
        )

    def due(self, instant: datetime) -> Close | None:
        """The latest close whose instant has come; None before the first."""
        past = [close for close in self._all if close.as_of <= instant]
        return past[-1] if past else None

    def open(self, instant: datetime) -> Close | None:
        """The close that an instant belongs to, which is the first not before it; None after the last of the tail."""
        return next((close for close in self._all if close.as_of >= instant), None)

    def due_by(self, close: Close, hour: time) -> datetime:
        """An hour of the plan for a close: as long after its instant as `hour` is after the cut-off of an evening."""
        return close.as_of + (
            datetime.combine(close.day, hour) - datetime.combine(close.day, self.rules.campaign.cut_off)
        )

    def previous(self, close: Close) -> Close | None:
        """The close before; None before the first.

        Raises:
            ValueError: the campaign has no such close.
        """
        place = self._all.index(self.close(close.key))
        return self._all[place - 1] if place else None

    def day_number(self, day: date) -> int:
        """1 for the first day of the campaign.

        Raises:
            ValueError: the day is not one of the campaign.
        """
        campaign = self.rules.campaign
        if not campaign.first_day <= day <= campaign.last_day:
            raise ValueError(f"{day} is not between {campaign.first_day} and {campaign.last_day}")
        return (day - campaign.first_day).days + 1
