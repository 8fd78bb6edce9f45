"""Rules of the ladder (rules.yaml): who is told of a flag and when, what explains one, when nobody is written to."""

from datetime import datetime, time, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from include.campaign.plan.fields import AtLeastOne, Frozen, Hour, Share, Text

ClimbingKind = Literal[
    "not_started", "stalled", "behind", "will_miss_entry", "will_miss_transfer", "going_backwards", "report_mismatch",
    "error_rate", "too_good",
]  # fmt: skip
"""Kinds of flags that a plan may let climb. Silence is none: it says nothing of the unit."""


class Levels(Frozen):
    """On which flagged evening in a row each level is told.

    A district's own registry begins at the district, on its first flagged evening; where communes lie directly under
    the province the district is left out.
    """

    unit: AtLeastOne = 1
    district: AtLeastOne = 2
    department: AtLeastOne = 3
    chair: AtLeastOne = 5

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.unit < self.district < self.department < self.chair:
            raise ValueError("levels must rise: unit, district, department, chair")
        return self


class Ladder(Frozen):
    """Who is told of a flag: nobody before `from_day` (1 = first day); no wave when so many turn late at once.

    Only flags of `kinds` climb. An acknowledgement holds the next level for at most `acknowledged_days`.
    """

    from_day: AtLeastOne = 3
    common_cause_share: Share = 0.25
    kinds: Annotated[tuple[ClimbingKind, ...], Field(min_length=1)] = (
        "not_started",
        "stalled",
        "behind",
        "will_miss_entry",
        "will_miss_transfer",
    )
    levels: Levels = Levels()
    acknowledged_days: AtLeastOne = 1


class Difficulties(Frozen):
    """Difficulties that registries report.

    One explains a flag once it was told by `confirm_reports` reports in a row, or on a day on which fewer cases were
    entered than `drop_share` of the median of the days before; so is a line that is reported down. It is over when
    `quiet_reports` reports in a row do not tell it any more. Texts of `nothing` tell none.
    """

    confirm_reports: AtLeastOne = 2
    quiet_reports: AtLeastOne = 2
    drop_share: Share = 0.5
    nothing: tuple[Text, ...] = (
        "không",
        "không có",
        "không có khó khăn",
        "không có vướng mắc",
        "không có khó khăn, vướng mắc",
        "không khó khăn",
        "không vướng mắc",
        "chưa có",
        "chưa có khó khăn",
        "bình thường",
        "hoạt động bình thường",
    )


class Quiet(Frozen):
    """Local times between which no mail but the daily report goes out; the end may lie after midnight."""

    from_hour: Annotated[Hour, Field(alias="from")] = time(22)
    until: Hour = time(6)

    def over_at(self, instant: datetime) -> datetime:
        """The instant itself outside of quiet hours, else their end. `instant` carries the campaign's time zone."""
        now = instant.timetz().replace(tzinfo=None)
        if self.from_hour == self.until or not self._holds(now):
            return instant
        end = datetime.combine(instant.date(), self.until, instant.tzinfo)
        return end if end > instant else end + timedelta(days=1)

    def _holds(self, now: time) -> bool:
        if self.from_hour < self.until:
            return self.from_hour <= now < self.until
        return now >= self.from_hour or now < self.until
