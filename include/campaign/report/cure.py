"""What would bring late units back, as papers tell it: people, equipment, promised forces, and what helped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, RowMapping

from include.campaign.cure.effect import Summary, summarise
from include.campaign.cure.present import KINDS
from include.campaign.days import Close
from include.campaign.plan.cure_rules import Cure
from include.campaign.report.reinforcement import Help, helps, of_area
from include.campaign.warehouse import fetch


@dataclass(frozen=True)
class NeedLine:
    """What one unit needs.

    Attributes:
        code, name, short_name, area_code: of the unit; its own head need not be told the district.
        until: last day on which entering is in time.
        days: days until then, begun ones included.
        remaining: cases left.
        chance: of being in time, as things are.
        per_person_day: cases that a person there enters in a day, rounded down to a tenth; None: nobody knows.
        mixed: few days of its own are known: this is mixed with its area's.
        people, computers: there, by the newest report; None: not reported lately.
        more_people: wanted for all these days; 0: none; None: it cannot be told.
        more_computers: lacking if everyone is to have one.
        times_as_many: so many times the people there are wanted on top of them, from the plan's `most_times` on: people
            alone are no cure; else None.
        computers_first: people are there who have none.
        no_scanner, offline: as reported.
    """

    code: str
    name: str
    short_name: str
    area_code: str
    until: date
    days: int
    remaining: int
    chance: float
    per_person_day: float | None
    mixed: bool
    people: int | None
    computers: int | None
    more_people: int | None
    more_computers: int | None
    times_as_many: int | None
    computers_first: bool
    no_scanner: bool
    offline: bool

    @property
    def telling(self) -> bool:
        """There is something to say."""
        return bool(self.more_people) or self.computers_first or self.no_scanner or self.offline


@dataclass(frozen=True)
class ForceSum:
    """People of one kind: promised, there, and missing; in the units that have reported."""

    kind: str
    promised: int
    promised_here: int
    present: int
    missing: int


@dataclass(frozen=True)
class MissingForce:
    """A partner some of whose people are not there; `unit` is where they were promised to."""

    partner: str
    kind: str
    unit: str
    promised: int
    missing: int
    reported: int
    registries: int


@dataclass(frozen=True)
class CureBlock:
    """What would bring the late units of the province, or of an area, back.

    Attributes:
        wanted_chance, giver_chance, most_times, window_closes: of the plan.
        until: last day on which entering is in time; None: no such day is left.
        needs: units that people would bring back, those that need most first.
        beyond: units that would need so many that people alone are no cure.
        untold: names of late units of which it cannot be told how many.
        computers_first, no_scanner, offline: names of units that lack equipment.
        helps: who could help whom.
        forces: promised and present, by kind.
        missing: partners some of whose people are not there, most missing first.
        effects: what became of earlier help; empty for an area.
    """

    wanted_chance: float
    giver_chance: float
    most_times: int
    window_closes: int
    until: date | None
    needs: tuple[NeedLine, ...]
    beyond: tuple[NeedLine, ...]
    untold: tuple[str, ...]
    computers_first: tuple[str, ...]
    no_scanner: tuple[str, ...]
    offline: tuple[str, ...]
    helps: tuple[Help, ...]
    forces: tuple[ForceSum, ...]
    missing: tuple[MissingForce, ...]
    effects: tuple[Summary, ...]

    @property
    def people(self) -> int:
        """All who are wanted where people are a cure."""
        return sum(need.more_people or 0 for need in self.needs)


@dataclass(frozen=True)
class CureRows:
    """What was frozen of cures for a close."""

    needs: tuple[NeedLine, ...]
    helps: tuple[Help, ...]
    forces: tuple[RowMapping, ...]
    effects: tuple[RowMapping, ...]
    rules: Cure


def read_cure(conn: Connection, close: Close, rules: Cure, judged: bool) -> CureRows:
    """What was frozen of cures for a close; empty where nothing was looked for.

    Args:
        conn: campaign database.
        close: the close.
        rules: the plan's, which the papers name.
        judged: the plan's day of judging has come; before it nobody is said to need help.
    """
    zone = close.as_of.tzinfo
    needs = fetch(conn, "cure/select_needs", close_key=close.key) if judged else []
    return CureRows(
        needs=tuple(_need(row, zone, rules) for row in needs),
        helps=helps(fetch(conn, "cure/select_proposals", close_key=close.key)) if judged else (),
        forces=tuple(fetch(conn, "cure/select_forces", close_key=close.key)),
        effects=tuple(fetch(conn, "cure/select_effects", close_key=close.key)),
        rules=rules,
    )


def cure_block(found: CureRows, area_code: str | None = None) -> CureBlock | None:
    """What the papers of the province, or of an area, say; None where there is nothing to say.

    Args:
        found: of the close.
        area_code: unit just below the province; None: the province.
    """
    needs = list(found.needs)
    if area_code is not None:
        needs = [replace(need, name=need.short_name) for need in needs if need.area_code == area_code]
    forces = [row for row in found.forces if area_code in (None, row["area_code"])]
    late = [need for need in needs if need.chance < found.rules.wanted_chance]
    wanting = sorted((need for need in late if need.more_people), key=_most_wanted_first)
    if not needs and not forces:
        return None
    return CureBlock(
        wanted_chance=found.rules.wanted_chance,
        giver_chance=found.rules.giver_chance,
        most_times=found.rules.most_times,
        window_closes=found.rules.window_closes,
        until=needs[0].until if needs else None,
        needs=tuple(need for need in wanting if not need.times_as_many),
        beyond=tuple(need for need in wanting if need.times_as_many),
        untold=tuple(need.name for need in late if need.more_people is None),
        computers_first=tuple(need.name for need in late if need.computers_first),
        no_scanner=tuple(need.name for need in late if need.no_scanner),
        offline=tuple(need.name for need in needs if need.offline),
        helps=found.helps if area_code is None else of_area(found.helps, area_code),
        forces=_sums(forces),
        missing=_missing(forces),
        effects=_effects(found.effects) if area_code is None else (),
    )


def need_of(found: CureRows, code: str) -> NeedLine | None:
    """What one registry needs; None where nothing can be told or there is nothing to say."""
    return next((need for need in found.needs if need.code == code and need.telling), None)


def _most_wanted_first(need: NeedLine) -> tuple[int, str]:
    return -(need.more_people or 0), need.code


def _need(row: RowMapping, zone: tzinfo | None, rules: Cure) -> NeedLine:
    per_person = row["per_person_day"]
    times = row["more_people"] // row["people"] if row["more_people"] and row["people"] else 0
    return NeedLine(
        code=row["registry_code"],
        name=row["full_name"],
        short_name=row["short_name"],
        area_code=row["area_code"],
        until=(row["until"].astimezone(zone) - timedelta(microseconds=1)).date(),
        days=row["days"],
        remaining=math.ceil(row["remaining"]),
        chance=row["chance"],
        per_person_day=None if per_person is None else math.floor(per_person * 10) / 10,
        mixed=row["mixed"],
        people=row["people"],
        computers=row["computers"],
        more_people=row["more_people"],
        more_computers=row["more_computers"],
        times_as_many=times if times >= rules.most_times else None,
        computers_first=row["computers_first"],
        no_scanner=row["no_scanner"],
        offline=row["offline"],
    )


def _sums(rows: Sequence[RowMapping]) -> tuple[ForceSum, ...]:
    """By kind, in the order of the reports' columns; people whom nobody promised are in what is there."""
    by_kind = {kind: [row for row in rows if row["kind"] == kind] for kind in KINDS}
    return tuple(
        ForceSum(
            kind=kind,
            promised=sum(row["promised"] for row in of),
            promised_here=round(sum(row["promised_here"] for row in of)),
            present=round(sum(row["present"] for row in of)),
            missing=sum(row["missing"] for row in of),
        )
        for kind, of in by_kind.items()
        if of
    )


def _missing(rows: Sequence[RowMapping]) -> tuple[MissingForce, ...]:
    short = [
        MissingForce(
            partner=row["partner"],
            kind=row["kind"],
            unit=row["full_name"],
            promised=row["promised"],
            missing=row["missing"],
            reported=row["reported"],
            registries=row["registries"],
        )
        for row in rows
        if row["partner"] is not None and row["missing"]
    ]
    return tuple(sorted(short, key=lambda one: (-one.missing, one.partner, one.unit, one.kind)))


def _effects(rows: Sequence[RowMapping]) -> tuple[Summary, ...]:
    """Of reinforcements, then of letters; rows come by kind."""
    found = {
        kind: summarise(
            kind,
            [row["ratio"] for row in of],
            [math.nan if row["alike_ratio"] is None else row["alike_ratio"] for row in of],
        )
        for kind, group in groupby(rows, key=itemgetter("kind"))
        for of in [list(group)]
    }
    return tuple(told for kind in ("reinforced", "escalated") if (told := found.get(kind)) is not None)
