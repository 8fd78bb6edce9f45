"""What registries say of themselves once a day: on time, late or never, honest or rounded up; and the verdict on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from include.campaign.plan import Plan
from include.rehearsal.history import History, Numbers, Reports
from include.rehearsal.instants import DAY, HOUR, MINUTE, NEVER, Seconds
from include.rehearsal.province import Leaf, Province
from include.rehearsal.reading import Reading
from include.rehearsal.shown import as_written
from include.rehearsal.state import exists, reviewed_by

MISSING_SHARE, LATE_SHARE, STALE_SHARE = 0.05, 0.07, 0.05
BOASTER_SHARE = 0.25
"""Registries that round up over several days running."""
FIGURES = ("books_scanned", "entries_entered", "entries_reviewed", "entries_transferred")
PEOPLE = ("judicial_officers", "police", "youth_union", "it_teachers", "it_staff", "border_guards")
DIFFICULTIES = (
    None,
    "Máy quét hỏng, đang chờ sửa",
    "Đường truyền chậm vào buổi chiều",
    "Thiếu máy tính, phải làm theo ca",
    "Mất điện hai giờ trong buổi sáng",
    "Sổ cũ bị ẩm, phải quét lại nhiều trang",
)
"""About equipment and organisation only."""


@dataclass(frozen=True)
class Expectation:
    """When reports are due and how exact they are to be: the plan's `self_reports`.

    Attributes:
        due: seconds after midnight until which a report is on time, grace included.
        share: of the measured figure, and
        cases: by how much a figure may differ; whichever is larger.
    """

    due: int
    share: float
    cases: int

    @classmethod
    def of(cls, plan: Plan) -> Expectation:
        """What the plan's rules say."""
        rules = plan.rules.self_reports
        due = rules.due.hour * HOUR + rules.due.minute * MINUTE + rules.grace_minutes * MINUTE
        return cls(due, rules.tolerance_share, rules.tolerance_cases)


def draw_reports(rng: np.random.Generator, leaf: Leaf, province: Province) -> Reports:
    """All reports of a registry: when each is handed in, how true it will be, and who and what was there."""
    count = (province.end - province.start) // DAY
    midnight = province.start + DAY * np.arange(count, dtype=np.int64)
    luck = rng.random(count)
    on_time = midnight + rng.integers(15 * HOUR, 17 * HOUR + 50 * MINUTE, count)
    late = midnight + rng.integers(18 * HOUR + 10 * MINUTE, 32 * HOUR, count)
    submitted = np.select([luck < MISSING_SHARE, luck < MISSING_SHARE + LATE_SHARE], [NEVER, late], on_time)
    stretched = np.zeros(count)
    if rng.random() < BOASTER_SHARE:
        first = int(rng.integers(1, max(count - 6, 2)))
        stretched[first : first + int(rng.integers(3, 6))] = rng.uniform(0.08, 0.25)
    return Reports(
        date=((midnight + province.utc_offset) // DAY).astype(np.int32),
        submitted=submitted.astype(np.int64),
        stretched=stretched,
        slip=rng.choice([-1, 0, 1], count, p=[0.15, 0.7, 0.15]).astype(np.int8),
        stale=rng.random(count) < STALE_SHARE,
        people=_people(rng, leaf, midnight + 12 * HOUR),
        computers=np.full(count, rng.integers(2, 7), dtype=np.int16),
        scanners=np.full(count, rng.integers(1, 4), dtype=np.int16),
        internet_ok=rng.random(count) < 0.93,
        difficulty=np.where(rng.random(count) < 0.25, rng.integers(1, len(DIFFICULTIES), count), 0).astype(np.int8),
    )


def _people(rng: np.random.Generator, leaf: Leaf, noon: Seconds) -> Numbers:
    """A row per day, a column per kind: the registry's own, and the helpers who have come."""
    people = np.zeros((len(noon), len(PEOPLE)), dtype=np.int16)
    people[:, 0] = rng.integers(1, 3)
    for helpers in leaf.helpers:
        here = (noon >= helpers.start) & (noon < helpers.end)
        people[here, PEOPLE.index(helpers.kind)] += max(1, round(helpers.number))
    return people


def reported(history: History, place: int) -> tuple[int, ...]:
    """The figures of a report, cumulative since the first midnight, as its author writes them: exact but for slips.

    Honest authors know what the Ministry has received, those who round up also round to tens, and who is stale copies
    what was true a day before.
    """
    reports = history.reports
    at = int(reports.submitted[place]) - (DAY if reports.stale[place] else 0)
    entries = history.entries
    alive = exists(history, at)
    books = _between(history.books.scanned, history.start, at).sum()
    steps = (entries.entered, reviewed_by(history, at), history.received())
    cases = [int((alive & _between(step, history.start, at)).sum()) for step in steps]
    stretched = float(reports.stretched[place])
    if stretched > 0:
        cases = [-(-int(one * (1 + stretched) + 8) // 10) * 10 for one in cases]
    else:
        cases[0] = max(cases[0] + int(reports.slip[place]), 0)
    return int(books), *cases


def _between(instants: Seconds, start: int, end: int) -> Numbers:
    return (instants > start) & (instants <= end)


def verdicts_of(
    reading: Reading, expected: Expectation, dates: Sequence[int], hidden: dict[str, frozenset[str]]
) -> Iterator[tuple[str, int, str]]:
    """(registry, date as days since the epoch, verdict) of the reports for some days, at a reading.

    Measured is what the reading shows as of the report's own `submitted_at`, as the registry's clock told it; received
    counts entries with a receipt of their own, and a report may count what is doubtful besides. One figure too high
    makes it "over" whatever the others are. A registry without a table for reports has no verdict, and a report none
    before it is late.
    """
    for date in dates:
        for place, one in enumerate(reading.shown):
            history = one.history
            row = int(np.flatnonzero(history.reports.date == date)[0])
            due = history.start + (date - int(history.reports.date[0])) * DAY + expected.due
            if "daily_report" not in hidden[history.code] and due <= reading.at:
                yield history.code, date, _verdict(reading, expected, place, row)


def _verdict(reading: Reading, expected: Expectation, place: int, row: int) -> str:
    one = reading.shown[place]
    history = one.history
    handed_in = int(history.reports.submitted[row])
    if handed_in > one.stands:
        return "missing"
    submitted = int(as_written(history, np.array([handed_in]))[0])
    midnight = history.start + (int(history.reports.date[row]) - int(history.reports.date[0])) * DAY
    if submitted > midnight + expected.due:
        return "late"
    measured = _measured(reading, place, submitted)
    off = [said - true for said, true in zip(reported(history, row), measured, strict=True)]
    allowed = [max(expected.share * true, expected.cases) for true in measured]
    beyond = [*off[:-1], off[-1] - reading.doubtful(place, history.start, submitted)]
    if any(by > most for by, most in zip(beyond, allowed, strict=True)):
        return "over"
    return "under" if any(-by > most for by, most in zip(off, allowed, strict=True)) else "matches"


def _measured(reading: Reading, place: int, at: int) -> tuple[int, ...]:
    """Books scanned, entries entered, reviewed and received between the campaign's start and an instant."""
    one, start = reading.shown[place], reading.shown[place].history.start
    received = reading.own_received(place, at)
    return (
        int(_between(one.scanned, start, at).sum()),
        int((one.alive & _between(one.entered, start, at)).sum()),
        int((one.alive & _between(one.reviewed, start, at)).sum()),
        int(((received > start) & (received < NEVER)).sum()),
    )
