"""Rules of the first mail to everyone who answers for a unit, and of partners' mails (rules.yaml)."""

from datetime import date, time
from typing import Annotated, Literal

from pydantic import Field, field_validator

from include.campaign.plan.fields import AtLeastOne, Frozen, Hour

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""In the order of `datetime.date.weekday`."""


class Kickoff(Frozen):
    """When contacts are told how the campaign works.

    At `hour` of the days that lie so many days before the first, and of every day of the campaign for who is new.
    """

    days_before: Annotated[tuple[AtLeastOne, ...], Field(min_length=1)] = (2, 1)
    hour: Hour = time(8)

    @field_validator("days_before")
    @classmethod
    def _falling(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if list(days) != sorted(set(days), reverse=True):
            raise ValueError("days must fall from one to the next: 2, 1")
        return days

    def on(self, day: date, first_day: date, last_day: date) -> bool:
        """Whether contacts are told on a day."""
        return first_day <= day <= last_day or (first_day - day).days in self.days_before


class Partners(Frozen):
    """On which weekdays partners read of their own forces, in the evening's mails."""

    weekdays: tuple[Weekday, ...] = ("tue", "fri")

    def on(self, day: date) -> bool:
        """Whether partners are written to on a day."""
        return WEEKDAYS[day.weekday()] in self.weekdays
