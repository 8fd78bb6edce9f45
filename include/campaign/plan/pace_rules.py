"""Rules of pace (rules.yaml): what counts as finished, how it is foretold, and when each flag is raised and let go."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from include.campaign.plan.fields import AtLeastOne, Count, Frozen, Share

Positive = Annotated[float, Field(gt=0)]


class NotStarted(Frozen):
    """No movement in any stage since the campaign began, on this day of the campaign or later."""

    from_day: AtLeastOne = 2


class Stalled(Frozen):
    """Begun, not finished, and over so many closes in a row no more than this share of the work was done.

    Nobody is who has done `below_share` of it: the books may hold less than was estimated.
    """

    closes: AtLeastOne = 2
    share: Share = 0.001
    below_share: Share = 0.95


class Miss(Frozen):
    """A milestone will be missed: the chance of making it is below `on`; let go once it is at least `off`.

    Before the close `sure_from` little is known of a unit: it must be below `early`, by `early_days` days of its own.
    Of receiving nobody is named who has handed over `handed_share` of the work: what is left is told case by case.
    """

    on: Share = 0.49
    off: Share = 0.50
    early: Share = 0.25
    early_days: AtLeastOne = 2
    sure_from: AtLeastOne = 6
    handed_share: Share = 0.95

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.early <= self.on <= self.off:
            raise ValueError(f"early {self.early}, on {self.on}, off {self.off} do not rise")
        return self


class GoingBackwards(Frozen):
    """A figure is lower than at the close before by more than so many cases and this share of the quota."""

    cases: Count = 3
    share: Share = 0.002


class Mismatch(Frozen):
    """The registry reported more than was measured on so many days in a row."""

    days: AtLeastOne = 2


class ErrorRate(Frozen):
    """Refusals that the unit can correct, above the funnel limit of the province: so many sigmas raise, `off` lets go.

    Nobody is judged on fewer than `answered` answers, nor for less than `rate`.
    """

    on: Positive = 3.0
    off: Positive = 2.0
    answered: AtLeastOne = 50
    rate: Share = 0.02

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.off > self.on:
            raise ValueError(f"off {self.off} is above on {self.on}")
        return self


class TooGood(Frozen):
    """Cases entered in a day are so many times what is usual in the province, by work and by people present.

    Nobody is judged on fewer than `cases` in the day.
    """

    on: Positive = 4.0
    off: Positive = 3.0
    cases: AtLeastOne = 50

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.off > self.on:
            raise ValueError(f"off {self.off} is above on {self.on}")
        return self


class Pace(Frozen):
    """How pace is measured and foretold, and the thresholds of every flag (docs/figures.md).

    Finished is `finished_share` of the work. A forecast rests on the last `window_closes` closes; with fewer than
    `few_closes` of its own it is told that a unit's rests on its area's as well, and a unit that lies still is expected
    to do nothing after so many. Weekdays weigh 1 until the province's own days say otherwise: `weekday_prior` such days
    are held against them; a kind of day that was not seen yet may weigh more or less by `weekday_spread`. Until the
    season shows it, days stray by `day_noise`, `lost_days` of them are lost, and levels of units stray by
    `level_spread` (all three as shares). How many days a unit loses is held against `usual_days` of all units. Levels
    drift by `drift_per_day`: help comes and goes; what books hold strays by `holdings_spread`.
    `quiet_closes` without cause, one after the other, let go of a flag of a kind that comes and goes.
    """

    finished_share: Annotated[float, Field(gt=0, le=1)] = 0.99
    window_closes: AtLeastOne = 7
    few_closes: AtLeastOne = 4
    weekday_prior: Positive = 0.3
    weekday_spread: Annotated[float, Field(ge=0, le=1)] = 0.4
    courses: Annotated[AtLeastOne, Field(ge=100)] = 400
    usual_days: Annotated[float, Field(gt=0)] = 40.0
    day_noise: Annotated[float, Field(ge=0, le=1)] = 0.25
    lost_days: Share = 0.03
    level_spread: Annotated[float, Field(ge=0, le=1)] = 0.3
    drift_per_day: Annotated[float, Field(ge=0, le=1)] = 0.06
    holdings_spread: Annotated[float, Field(ge=0, le=1)] = 0.03
    horizon_days: AtLeastOne = 30
    receiving_days: Annotated[float, Field(ge=0)] = 1.0
    interval_closes: tuple[AtLeastOne, ...] = (1, 3, 5)
    quiet_closes: AtLeastOne = 2
    not_started: NotStarted = NotStarted()
    stalled: Stalled = Stalled()
    will_miss: Miss = Miss()
    going_backwards: GoingBackwards = GoingBackwards()
    report_mismatch: Mismatch = Mismatch()
    error_rate: ErrorRate = ErrorRate()
    too_good: TooGood = TooGood()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if list(self.interval_closes) != sorted(set(self.interval_closes)):
            raise ValueError("interval_closes must rise")
        return self
