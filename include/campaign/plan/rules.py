"""The plan's rules and thresholds (rules.yaml). What has a default may be left out of the file."""

from datetime import date, datetime, time
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, field_validator, model_validator

from include.campaign.plan.bulletin_rules import Bulletin, Completion
from include.campaign.plan.cure_rules import Cure
from include.campaign.plan.fields import AtLeastOne, Code, Count, Day, Frozen, Hour, Instant, Share, Stage, Text
from include.campaign.plan.kickoff_rules import Kickoff, Partners
from include.campaign.plan.ladder_rules import Difficulties, Ladder, Quiet
from include.campaign.plan.mail_rules import Mail
from include.campaign.plan.pace_rules import Pace
from include.campaign.plan.papers_rules import Papers
from include.campaign.plan.scans import scan_pattern

Seconds = Annotated[float, Field(gt=0)]
Hours = Annotated[float, Field(gt=0)]


class Campaign(Frozen):
    """Which campaign this is and its days. `cut_off` is the local time at which a day is read and closed."""

    name: Text
    plan_number: Text
    province: Code
    timezone: ZoneInfo = ZoneInfo("Asia/Ho_Chi_Minh")
    first_day: Day
    last_day: Day
    cut_off: Hour = time(18)
    tail_until: Day

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        if not self.first_day <= self.last_day <= self.tail_until:
            raise ValueError(
                f"first_day {self.first_day}, last_day {self.last_day}, tail_until {self.tail_until} are not in order"
            )
        return self


class InForce(Frozen):
    """From this day on, until the next row's, this baseline drives flags and ranks."""

    from_day: Day = Field(alias="from")
    baseline: Text


class Window(Frozen):
    """A stage is to go from nothing to the whole quota between two instants, evenly."""

    start: Instant = Field(alias="from")
    until: Instant

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.start.tzinfo is None) == (self.until.tzinfo is None) and self.until <= self.start:
            raise ValueError(f"until {self.until} is not after from {self.start}")
        return self


class Laggard(Frozen):
    """Behind = done less than the roadmap's share of the quota by more than this share of the quota.

    It is judged on `stages`; left out, these are all of cases that have a roadmap. Once flagged, a unit is let go when
    it is short of no more than `clear_share`.
    """

    stages: Annotated[tuple[Stage, ...], Field(min_length=1)] = ("entered", "attached", "reviewed", "received")
    tolerance_share: Share = 0.10
    clear_share: Share = 0.08

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.clear_share > self.tolerance_share:
            raise ValueError(f"clear_share {self.clear_share} is more than tolerance_share {self.tolerance_share}")
        return self


class Close(Frozen):
    """What a closed day bears: so many registries not read are within tolerance."""

    gap_registries: Count = 6


class Deadlines(Frozen):
    """Local times by which a close is recorded and the Department has its message."""

    close_by: Hour = time(18, 30)
    report_by: Hour = time(18, 40)


class Pull(Frozen):
    """How registries are read: time-outs in seconds, how many at once in a shard, retries, size of a packed shard.

    A registry whose every attempt has failed for `silent_hours` is tried once at a close, without retries.
    """

    connect_seconds: Seconds = 5
    statement_seconds: Seconds = 30
    registry_seconds: Seconds = 90
    at_once: AtLeastOne = 4
    retries: Count = 2
    retry_delay_seconds: Annotated[float, Field(ge=0)] = 120
    silent_hours: Hours = 4
    shard_size: AtLeastOne = 12


class Breaker(Frozen):
    """When the receiving side counts as down, and how it is opened again (docs/adr/0011).

    Down: of what it answered or failed in the last `hours`, at least `failures` and more than `share` failed through
    its own fault. Failures of an entry that went back more often than `returns` do not count: they say more of the
    entry. Opened again: waves of these shares of what it lately accepted, one after the other, then whole ones.
    """

    hours: AtLeastOne = 2
    failures: AtLeastOne = 10
    share: Annotated[float, Field(gt=0, lt=1)] = 0.5
    returns: Count = 3
    opening_shares: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = (0.1, 0.5)


class Requeue(Frozen):
    """How transfers go back in the queue: entries in one call, and how many in one run's wave.

    A wave is never larger than `wave_cap`, nor than what was accepted in the last `lately_hours` less what went back in
    them; but `probe` may always go.
    """

    chunk: AtLeastOne = 500
    wave_cap: AtLeastOne = 10_000
    probe: AtLeastOne = 20
    lately_hours: AtLeastOne = 24
    breaker: Breaker = Breaker()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.probe > self.wave_cap:
            raise ValueError(f"probe {self.probe} is more than wave_cap {self.wave_cap}")
        if self.breaker.hours > self.lately_hours:
            raise ValueError(f"breaker.hours {self.breaker.hours} is more than lately_hours {self.lately_hours}")
        return self


class Watch(Frozen):
    """Hours of the day, from-to, at which progress is watched; the data team hears of a registry silent for so long."""

    hours: Annotated[str, Field(pattern=r"^([01]?\d|2[0-3])-([01]?\d|2[0-3])$")] = "8-22"
    silent_hours: Hours = 4


class Preflight(Frozen):
    """What sources are checked against before the campaign; each morning of the last `days_before` days before it.

    A server's clock may be off by `clock_seconds`; a database above `large_megabytes` is worth knowing; the totals on
    closing pages may differ from a quota by `baseline_tolerance_share` of it.
    """

    days_before: Count = 9
    hour: Hour = time(8)
    clock_seconds: Seconds = 60
    large_megabytes: AtLeastOne = 20_000
    baseline_tolerance_share: Share = 0.10


class SelfReports(Frozen):
    """Registries' daily reports: by when they are due, and how far a figure may be from what was measured.

    A report of a day is late after `due` (local time of that day) plus the grace; with none by then it is missing. A
    figure fits when it differs by no more than the share of the measured figure or so many cases, whichever is more.
    """

    due: Hour = time(17)
    grace_minutes: Count = 60
    tolerance_share: Share = 0.02
    tolerance_cases: Count = 3


class Breaks(Frozen):
    """Age bands of breaks, by the last day of each: 1, 3, 7 reads 1 day, 2-3, 4-7, 8 and more."""

    age_bands_days: Annotated[tuple[AtLeastOne, ...], Field(min_length=1)] = (1, 3, 7)

    @field_validator("age_bands_days")
    @classmethod
    def _rising(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if list(days) != sorted(set(days)):
            raise ValueError("days must rise from band to band")
        return days

    @property
    def age_bands(self) -> tuple[str, ...]:
        """Names of the bands, one more than `age_bands_days`: "1", "2-3", "4-7", "8+"."""
        starts = (1, *(last + 1 for last in self.age_bands_days))
        spans = zip(starts, self.age_bands_days, strict=False)
        return (*(f"{first}" if first == last else f"{first}-{last}" for first, last in spans), f"{starts[-1]}+")


class Duplicates(Frozen):
    """What the Ministry refuses as a duplicate, for two people to decide.

    `person_codes` suspect a person; every other code of the outcome says that the record is there already. A suspected
    person may be a twin in `twin_registers`, next to a number at most `near_numbers` off. Of cases proposed in bulk
    `sample_cases` are drawn to be looked at: 59 without a fault say with 95 % certainty that fewer than 5 % are wrong.
    How long the rest will take is told by the pace of the last `pace_closes` closes.
    """

    person_codes: tuple[Text, ...] = ("DUP_PERSON",)
    twin_registers: tuple[Text, ...] = ("KS",)
    near_numbers: AtLeastOne = 1
    sample_cases: AtLeastOne = 59
    pace_closes: AtLeastOne = 3


class Scans(Frozen):
    """How scans are to be named, of an entry's page and of a whole book.

    What stands in braces is the book's: {register}, {year} (opened), {book} (number), {unit} (that opened it), and of
    a page {number}, the entry's, with zeros in front or not. Everything else is written as it stands.
    """

    entry_pattern: Annotated[Text, AfterValidator(scan_pattern)] = "{register}.{year}.{book}.{number}.pdf"
    book_pattern: Annotated[Text, AfterValidator(scan_pattern)] = "{register}.{year}.{book}.pdf"

    @model_validator(mode="after")
    def _number_of_a_page_only(self) -> Self:
        if self.entry_pattern.count("{number}") != 1 or "{number}" in self.book_pattern:
            raise ValueError("{number} stands once in entry_pattern and not in book_pattern")
        return self


class Rules(Frozen):
    """The whole of rules.yaml. Instants without an offset are the campaign's local time."""

    campaign: Campaign
    baselines_in_force: Annotated[tuple[InForce, ...], Field(min_length=1)]
    roadmap: dict[Stage, Window]
    laggard: Laggard = Laggard()
    pace: Pace = Pace()
    ladder: Ladder = Ladder()
    difficulties: Difficulties = Difficulties()
    quiet: Quiet = Quiet()
    close: Close = Close()
    deadlines: Deadlines = Deadlines()
    pull: Pull = Pull()
    requeue: Requeue = Requeue()
    watch: Watch = Watch()
    preflight: Preflight = Preflight()
    kickoff: Kickoff = Kickoff()
    partners: Partners = Partners()
    mail: Mail = Mail()
    papers: Papers = Papers()
    breaks: Breaks = Breaks()
    duplicates: Duplicates = Duplicates()
    scans: Scans = Scans()
    self_reports: SelfReports = SelfReports()
    cure: Cure = Cure()
    bulletin: Bulletin = Bulletin()
    completion: Completion = Completion()

    @field_validator("roadmap")
    @classmethod
    def _local(cls, roadmap: dict[Stage, Window], info: Any) -> dict[Stage, Window]:
        campaign = info.data.get("campaign")
        if campaign is None:  # its own error is already told
            return roadmap
        zone = campaign.timezone
        return {
            stage: Window.model_validate({"from": aware(window.start, zone), "until": aware(window.until, zone)})
            for stage, window in roadmap.items()
        }

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        given = self.laggard.stages if "stages" in self.laggard.model_fields_set else ()
        without = [stage for stage in given if stage not in self.roadmap]
        if without:
            raise ValueError(f"laggard.stages: {', '.join(without)} has no roadmap")
        starts = [row.from_day for row in self.baselines_in_force]
        if starts != sorted(set(starts)):
            raise ValueError("baselines_in_force: days must rise from row to row")
        if not self.campaign.cut_off <= self.deadlines.close_by <= self.deadlines.report_by:
            raise ValueError("deadlines: cut_off, close_by and report_by are not in order")
        return self

    def not_before(self, now: datetime) -> datetime | None:
        """When a mail that is not urgent may go out: once the quiet hours that hold now are over; None: at once."""
        local = now.astimezone(self.campaign.timezone)
        over = self.quiet.over_at(local)
        return None if over == local else over

    def baseline_id_in_force(self, day: date) -> str | None:
        """Id of the baseline in force on a day; None before the first."""
        ids = [row.baseline for row in self.baselines_in_force if row.from_day <= day]
        return ids[-1] if ids else None


def aware(instant: datetime, zone: ZoneInfo) -> datetime:
    """The instant with the zone's offset where it carries none."""
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)
