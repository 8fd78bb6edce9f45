"""What the system gets to know in the course of a campaign: each registry's figures by close, and when it knows them.

A registry behind a dead line is unknown at a close and, once it is read again, known for that close too: gaps are
settled. Figures stay as they were first read. All this is done in memory from the histories, without a database.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from include.campaign.days import Calendar, Close
from include.campaign.pace.season import STAGES, Floats, Places, Season, Units
from include.campaign.plan import Plan
from include.rehearsal.ailments import NO_DAILY_REPORT, ail, befall
from include.rehearsal.build import build_history, first_receipts
from include.rehearsal.history import History, Numbers
from include.rehearsal.instants import DAY, seconds
from include.rehearsal.ministry import Ministry
from include.rehearsal.province import Province
from include.rehearsal.receipts import receipts_of
from include.rehearsal.schema import faults_at
from include.rehearsal.self_reports import Expectation
from include.rehearsal.study.counts import FIGURES, Registry
from include.rehearsal.weather import Weather, forecast, in_the_way

UNKNOWN = 10**6
"""Number of the close at which something is known that never is."""


@dataclass(frozen=True)
class Sight:
    """The figures of a campaign as they are first read. Arrays are (registries, closes).

    Attributes:
        units: the registries, with quotas and books.
        closes: the campaign's own closes, the final one included.
        start: the campaign's first instant.
        figures: by name (`FIGURES`).
        received_meanwhile: received at a close by the ledger and what was last read of the registry.
        over_reported: days in a row that the registry's report said more than was measured.
        people: people present by its own report.
        known_at: number of the close, from 0, whose reading filled a cell in; UNKNOWN: none did.
        truth: `FIGURES` as they really were at the close, whether or not it was read.
    """

    units: Units
    closes: tuple[Close, ...]
    start: datetime
    figures: dict[str, Floats]
    received_meanwhile: Floats
    over_reported: Floats
    people: Floats
    known_at: Places
    truth: dict[str, Floats]

    def season(self, close: int) -> Season:
        """All closes up to one (by number, from 0) as they were known on its evening."""
        kept = slice(0, close + 1)
        known = self.known_at[:, kept] <= close

        def seen(figures: Floats) -> Floats:
            return np.where(known, figures[:, kept], np.nan)

        def stood(figures: Floats) -> Floats:
            """State figures: of a close that was filled in later nobody can tell any more."""
            return np.where(self.known_at[:, kept] == np.arange(close + 1), figures[:, kept], np.nan)

        done = {stage: seen(self.figures[stage]) for stage in STAGES}
        done["received"] = np.where(known, self.figures["received"][:, kept], self.received_meanwhile[:, kept])
        return Season(
            units=self.units,
            keys=tuple(one.key for one in self.closes[kept]),
            instants=tuple(one.as_of for one in self.closes[kept]),
            start=self.start,
            done=done,
            under_way=stood(self.figures["under_way"]),
            refused=stood(self.figures["refused"]),
            answered=stood(self.figures["answered"]),
            over_reported=seen(self.over_reported),
            people=seen(self.people),
        )

    def always_read(self) -> Sight:
        """What the system would see if no line were ever dead."""
        at_once = np.broadcast_to(np.arange(len(self.closes)), self.known_at.shape)
        return replace(self, figures=self.truth, known_at=at_once)

    def unread(self, close: int) -> NDArray[np.bool_]:
        """Registries that were not read on the evening of a close."""
        return self.known_at[:, close] > close


def histories_of(province: Province, ministry: Ministry, seed: int, scale: float) -> list[History]:
    """Every registry's history with the ailments of a rehearsal; nothing is put back yet."""
    histories = [build_history(leaf, province, ministry, seed, scale) for leaf in province.leaves]
    first_receipts(histories)
    days = (province.end - province.start) // DAY
    befall(histories, ail([leaf.code for leaf in province.leaves], seed, province.start, days))
    return histories


def sight_of(plan: Plan, province: Province, histories: list[History], seed: int, scale: float) -> Sight:
    """Read a province every evening, with the weather of a rehearsal.

    Args:
        plan: closes, quotas and rules.
        province: whose histories these are.
        histories: of all registries, in its order, with what the system puts back.
        seed: of the world.
        scale: 1 is the full province.
    """
    codes = [leaf.code for leaf in province.leaves]
    apart = [leaf.code for leaf in province.leaves if not leaf.entangled]
    days = (province.end - province.start) // DAY
    weather = forecast(apart if len(apart) >= 3 else codes, seed, province.start, days)
    registries = [Registry(history, receipts_of(history, seed)) for history in histories]
    calendar = Calendar(plan.rules)
    closes = tuple(calendar.closes())
    known_at = _known_at(codes, closes, weather)
    shape = known_at.shape
    figures, truth = ({name: np.zeros(shape) for name in FIGURES} for _ in range(2))
    meanwhile, over, people = (np.full(shape, np.nan) for _ in range(3))
    for place, registry in enumerate(registries):
        _read(registry, place, closes, known_at[place], figures, truth, meanwhile[place])
        over[place] = _days_in_a_row(registry, closes, Expectation.of(plan))
        people[place] = _people(registry, closes)
    units = _units(plan, registries, scale)
    return Sight(units, closes, calendar.starts_at, figures, meanwhile, over, people, known_at, truth)


def _known_at(codes: list[str], closes: tuple[Close, ...], weather: tuple[Weather, ...]) -> Places:
    """For each registry and close the first close from it on at which the registry answers."""
    read = np.array([[code not in in_the_way(weather, seconds(one.as_of)) for one in closes] for code in codes])
    number = np.where(read, np.arange(len(closes)), UNKNOWN)
    return np.minimum.accumulate(number[:, ::-1], axis=1)[:, ::-1].astype(np.int64)


def _read(
    registry: Registry,
    place: int,
    closes: tuple[Close, ...],
    known_at: Places,
    figures: dict[str, Floats],
    truth: dict[str, Floats],
    meanwhile: Floats,
) -> None:
    """Fill in a registry's rows."""
    last_read = None
    for number, close in enumerate(closes):
        as_of = seconds(close.as_of)
        then = int(known_at[number])
        counts = registry.read(as_of, as_of)
        _fill(truth, place, number, counts)
        if then == number:
            last_read = as_of
        else:
            counts = registry.read(seconds(closes[then].as_of), as_of) if then < UNKNOWN else counts * np.nan
            if last_read is not None:
                meanwhile[number] = registry.received_of_known(last_read, as_of)
        _fill(figures, place, number, counts)


def _fill(table: dict[str, Floats], place: int, number: int, counts: Numbers) -> None:
    for name, count in zip(FIGURES, counts, strict=True):
        table[name][place, number] = count


def _day(close: Close) -> int:
    return (close.day - date(1970, 1, 1)).days


def _people(registry: Registry, closes: tuple[Close, ...]) -> Floats:
    found = np.full(len(closes), np.nan)
    for number, close in enumerate(closes):
        at = seconds(close.as_of)
        if NO_DAILY_REPORT not in faults_at(registry.history, at):
            found[number] = registry.people(_day(close), at)
    return found


def _days_in_a_row(registry: Registry, closes: tuple[Close, ...], expected: Expectation) -> Floats:
    """Days in a row, up to each close's, whose report says too much and has been handed in by then."""
    reports = registry.history.reports
    over = registry.says_too_much(expected)
    found = np.zeros(len(closes))
    for number, close in enumerate(closes):
        told = over & (reports.submitted <= seconds(close.as_of))
        row = int(np.flatnonzero(reports.date == _day(close))[0])
        before = told[: row + 1][::-1]
        found[number] = len(before) if before.all() else int(np.argmin(before))
    return found


def _units(plan: Plan, registries: list[Registry], scale: float) -> Units:
    """The registries as the plan and their books have them; quotas scaled as the world is."""
    codes = tuple(one.history.code for one in registries)
    baseline = plan.baseline_in_force(plan.rules.campaign.first_day).id
    quotas = [plan.quota(baseline, code, "registry") for code in codes]
    holdings = [one.holdings() for one in registries]
    areas = [_area(plan, code) for code in codes]
    area_codes = tuple(dict.fromkeys(areas))
    return Units(
        codes=codes,
        area=np.array([area_codes.index(area) for area in areas], dtype=np.int64),
        area_codes=area_codes,
        quota=np.array([np.nan if quota is None else round(quota.cases * scale) for quota in quotas]),
        own_quota=np.array([quota is not None and quota.origin != "derived" for quota in quotas]),
        books=np.array([float(books) for books, _ in holdings]),
        holdings=np.array([cases for _, cases in holdings]),
    )


def _area(plan: Plan, code: str) -> str:
    """The unit just below the province that a registry is counted in."""
    chain = [code, *(unit.code for unit in plan.ancestors(code))]
    return chain[-2] if len(chain) > 1 else chain[-1]
