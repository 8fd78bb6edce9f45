"""The report of the whole campaign, after its final close and, if it says something else, when the tail has ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import ClassVar, Literal

from sqlalchemy import Connection

from include.campaign.days import TAIL, Calendar, Close
from include.campaign.plan import Plan
from include.campaign.plan.fields import Stage
from include.campaign.report.duplicates import DuplicateCounts, duplicates
from include.campaign.report.frozen import FrozenDay
from include.campaign.report.milestone import Flight, read_flight
from include.campaign.report.models import AreaDay, ReportHead
from include.campaign.report.praise import Finished, praise
from include.campaign.report.province import registries_of
from include.campaign.report.sums import area_day
from include.campaign.report.total import Total
from include.campaign.tail import done_since
from include.campaign.warehouse import fetch, fetch_one

STAGES: tuple[Stage, ...] = ("collected", "classified", "scanned", "entered", "attached", "reviewed", "received")
BOOKS = frozenset(STAGES[:3])
"""Stages that are counted in books."""


@dataclass(frozen=True)
class StageSum:
    """What is done of a stage; `whole`: books or cases that it is of, None: not known."""

    stage: Stage
    done: Total
    whole: int | None


@dataclass(frozen=True)
class MilestoneSum:
    """How many registries made a milestone, missed it, or have no data."""

    title: str
    instant: datetime
    made: int
    missed: int
    unknown: int


@dataclass(frozen=True)
class Restated:
    """How many figures were found otherwise than they had been told, of how many registries and closes, and why."""

    why: str
    figures: int
    registries: int
    closes: int


@dataclass(frozen=True)
class Tested:
    """Intervals that were foretold `ahead` closes before (0: all of them), and how many held; 80 % were to."""

    ahead: int
    intervals: int
    held: int


@dataclass(frozen=True)
class Decided:
    """Duplicates that two people have decided by now: the same record, none, or the paper has to be seen."""

    same_record: int
    not_duplicate: int
    needs_paper: int


@dataclass(frozen=True)
class Balanced:
    """Books of the campaign that balance, and registries of which all do; `unknown`: of these nothing is known."""

    balanced: int
    books: int
    complete: int
    registries: int
    unknown: int


@dataclass(frozen=True)
class ClosingReport:
    """To the Department's desk after the campaign.

    Attributes:
        head: of the close that it is as of.
        province: all registries.
        areas: units just below it, those with most received first.
        stages: done by stage.
        milestones: by instant.
        entered_first, received_first: registries that have everything, the first to have it first.
        not_entered: cases short of the quota in entering, and of how many registries that is known.
        flight: what is entered and not received; None: the ledger was not read.
        restated: by reason.
        mails: state (a term) to number of mails of the closes before.
        tested: what forecasts were worth; empty: none has come due.
        duplicates, decided: the burn-down and its outcome; None: there were none.
        balanced: None: no close has known any book.
    """

    kind: ClassVar[str] = "closing"

    head: ReportHead
    province: AreaDay
    areas: tuple[AreaDay, ...]
    stages: tuple[StageSum, ...]
    milestones: tuple[MilestoneSum, ...]
    entered_first: tuple[Finished, ...]
    received_first: tuple[Finished, ...]
    not_entered: Total
    flight: Flight | None
    restated: tuple[Restated, ...]
    mails: Mapping[str, int]
    tested: tuple[Tested, ...]
    duplicates: DuplicateCounts | None
    decided: Decided | None
    balanced: Balanced | None

    def says_the_same_as(self, other: ClosingReport) -> bool:
        """Its figures are the other's: what was done, what is left. Mails and what a day brought are no part of it."""
        return self._figures() == other._figures()

    def rank(self, area: AreaDay, figure: Literal["entered", "received"]) -> int | None:
        """Place of an area among those with a quota, by its share; equal shares share one. None: it has no quota."""
        shares = [share for one in self.areas if (share := _share(one, figure)) is not None]
        own = _share(area, figure) if area in self.areas else None
        return None if own is None else 1 + sum(share > own for share in shares)

    def _figures(self) -> tuple[object, ...]:
        totals = [(area.code, area.entered, area.received) for area in sorted(self.areas, key=lambda one: one.code)]
        left = self.duplicates and (self.duplicates.province.remaining, self.duplicates.province.decided)
        return totals, self.stages, self.not_entered, self.flight, self.restated, left, self.balanced


def _share(area: AreaDay, figure: Literal["entered", "received"]) -> Fraction | None:
    done = area.entered.value if figure == "entered" else area.received.value
    return Fraction(done, area.quota) if done is not None and area.quota else None


def campaign_over(conn: Connection, calendar: Calendar, close: Close) -> bool:
    """Whether a close is the campaign's final one, or the last of its tail: by the plan, or because all is done."""
    if close.kind != TAIL:
        return close.kind == "final"
    closes = calendar.with_tail()
    place = closes.index(close)
    return place + 1 == len(closes) or done_since(conn, closes[place + 1]) == close.key


def closing_report(conn: Connection, plan: Plan, close: Close, day: FrozenDay) -> ClosingReport:
    """The campaign as a whole, as of a close.

    Args:
        conn: campaign database.
        plan: milestones, quotas.
        close: the close.
        day: what was frozen for it.
    """
    province, *below = day.areas
    areas = [area_day(row["code"], row["full_name"], row["quota"], registries_of(day, row["code"])) for row in below]
    finished = praise(day)
    burn_down = duplicates(day.duplicates, province["full_name"])
    return ClosingReport(
        head=day.head,
        province=area_day(province["code"], province["full_name"], province["quota"], day.registries),
        areas=tuple(sorted(areas, key=lambda area: (-(_share(area, "received") or 0), area.code))),
        stages=_stages(conn, close, day, province["quota"]),
        milestones=_milestones(conn, plan, close, day),
        entered_first=finished.entered,
        received_first=finished.received,
        not_entered=Total.of(
            None if one.entered is None else max((one.quota or 0) - one.entered, 0)
            for one in day.registries
            if one.quota is not None
        ),
        flight=read_flight(conn, day),
        restated=tuple(Restated(**row) for row in fetch(conn, "ending/count_restatements", close_key=close.key)),
        mails={row["state"]: row["mails"] for row in fetch(conn, "ending/count_mails", close_key=close.key)},
        tested=_tested(conn, close),
        duplicates=burn_down,
        decided=_decided(conn) if burn_down else None,
        balanced=_balanced(day),
    )


def _stages(conn: Connection, close: Close, day: FrozenDay, quota: int | None) -> tuple[StageSum, ...]:
    rows = fetch(conn, "ending/select_stages", close_key=close.key, baseline=day.baseline)
    found = {row["stage"]: Total(row["done"], row["covered"], row["expected"]) for row in rows}
    books = sum(line.books for line in day.completion.values()) or None
    return tuple(
        StageSum(stage, found[stage], books if stage in BOOKS else quota) for stage in STAGES if stage in found
    )


def _milestones(conn: Connection, plan: Plan, close: Close, day: FrozenDay) -> tuple[MilestoneSum, ...]:
    by_id = {one.id: one for one in plan.milestones}
    zone = day.head.as_of.tzinfo
    return tuple(
        MilestoneSum(
            title=by_id[row["milestone_id"]].title,
            instant=by_id[row["milestone_id"]].instant.astimezone(zone),
            made=row["made"],
            missed=row["missed"],
            unknown=row["unknown"],
        )
        for row in fetch(conn, "ending/select_milestones", close_key=close.key)
        if row["milestone_id"] in by_id
    )


def _tested(conn: Connection, close: Close) -> tuple[Tested, ...]:
    newest = fetch_one(conn, "ending/select_newest_tested", close_key=close.key)
    if newest is None or newest["close_key"] is None:
        return ()
    rows = fetch(conn, "pace/select_backtests", close_key=newest["close_key"])
    return tuple(Tested(row["ahead"], row["intervals"], row["held"]) for row in rows)


def _decided(conn: Connection) -> Decided:
    cases = {row["outcome"]: row["cases"] for row in fetch(conn, "ending/count_decided")}
    return Decided(*(cases.get(name, 0) for name in ("same_record", "not_duplicate", "needs_paper")))


def _balanced(day: FrozenDay) -> Balanced | None:
    lines = day.completion.values()
    if not lines:
        return None
    return Balanced(
        balanced=sum(line.balanced for line in lines),
        books=sum(line.books for line in lines),
        complete=sum(line.complete for line in lines),
        registries=len(day.registries),
        unknown=len(day.registries) - sum(line.known for line in lines),
    )
