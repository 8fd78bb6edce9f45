"""What partners read of their own forces: promised and there by unit and week, cases a person, where more are wanted.

Who is there is known only by the daily reports of registries: sums, never persons.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import ClassVar

from sqlalchemy import Connection, RowMapping

from include.campaign.days import Close
from include.campaign.plan import Partner, Plan
from include.campaign.report.cure import CureRows, NeedLine
from include.campaign.warehouse import fetch


@dataclass(frozen=True)
class PresenceWeek:
    """People of one line in one week, Monday to Sunday, or in the part of it that has been closed.

    Attributes:
        first, last: its first and last closed day on which they were promised.
        promised: people, on its last such day.
        days, known: such days, and how many of them have a report from any registry.
        promised_here, present: people in the registries that reported, on an average known day; None: none is known.
        person_days: people there, added up over the known days.
    """

    first: date
    last: date
    promised: int
    days: int
    known: int
    promised_here: float | None
    present: float | None
    person_days: float


@dataclass(frozen=True)
class ForceLine:
    """A partner's people of one kind in one unit.

    Attributes:
        unit, kind: where, and which (a term).
        promised: for the close's day; 0: their time there is over.
        promised_here, present, missing: in the registries that reported lately; None: none has.
        reported, registries: those that have, of all.
        weeks: oldest first.
        per_person_day: cases that a person there enters in a day, all people of the unit taken together, rounded down
            to a tenth; None: nobody knows.
        measured: registries that this rests on.
    """

    unit: str
    kind: str
    promised: int
    promised_here: int | None
    present: int | None
    missing: int
    reported: int
    registries: int
    weeks: tuple[PresenceWeek, ...]
    per_person_day: float | None
    measured: int


@dataclass(frozen=True)
class ProposedMove:
    """Of this partner's kinds of people, who could go from one unit to another: a proposal."""

    giver: str
    receiver: str
    kind: str
    people: int


@dataclass(frozen=True)
class PartnerBlock:
    """To one partner.

    Attributes:
        partner: its name in the plan.
        lines: as the plan promised them.
        needs: units of its own where more people would help, those that want most first.
        judged: needs were looked for.
        moves: proposals about its people.
    """

    kind: ClassVar[str] = "partner"

    partner: str
    lines: tuple[ForceLine, ...]
    needs: tuple[NeedLine, ...]
    judged: bool
    moves: tuple[ProposedMove, ...]

    @property
    def weeks(self) -> tuple[PresenceWeek, ...]:
        """All lines together."""
        by_monday: dict[date, list[PresenceWeek]] = {}
        for line in self.lines:
            for week in line.weeks:
                by_monday.setdefault(_monday(week.first), []).append(week)
        return tuple(_together(weeks) for _, weeks in sorted(by_monday.items()))

    @property
    def promised(self) -> int:
        """People promised for the day."""
        return sum(line.promised for line in self.lines)

    @property
    def missing(self) -> int:
        """Of these, people who are not there, in registries that reported."""
        return sum(line.missing for line in self.lines)

    @property
    def without_report(self) -> tuple[ForceLine, ...]:
        """Lines of which some registries have not reported lately."""
        return tuple(line for line in self.lines if line.promised and line.reported < line.registries)


def partner_blocks(
    conn: Connection, plan: Plan, close: Close, cure: CureRows, *, judged: bool
) -> Iterator[tuple[Partner, PartnerBlock]]:
    """What each partner reads of a close, with whom it goes to; nothing on days that are none of the plan's.

    A partner whose people are promised for other days only, or to whom the plan names nobody, reads nothing.

    Args:
        conn: campaign database.
        plan: partners, weekdays, units.
        close: a daily close, not held.
        cure: what was frozen of needs.
        judged: the plan's day of judging has come.
    """
    if close.kind != "daily" or not plan.rules.partners.on(close.day):
        return
    proposals = fetch(conn, "cure/select_proposals", close_key=close.key) if judged else []
    rows = fetch(conn, "partners/select_forces", close_key=close.key)
    for name, group in groupby(rows, key=itemgetter("partner")):
        contact = plan.partner(name, close.day)
        forces = list(group)
        if contact is None or not any(row["close_key"] == close.key for row in forces):
            continue
        yield contact, _block(plan, close, name, forces, cure, proposals, judged)


def _block(
    plan: Plan,
    close: Close,
    name: str,
    rows: Sequence[RowMapping],
    cure: CureRows,
    proposals: Sequence[RowMapping],
    judged: bool,
) -> PartnerBlock:
    now = [row for row in rows if row["close_key"] == close.key]
    codes = {code for row in now for code in plan.registries_under(row["unit_code"])}
    kinds = {row["kind"] for row in now}
    late = (need for need in cure.needs if need.code in codes and need.chance < cure.rules.wanted_chance)
    wanting = [need for need in late if need.more_people]
    return PartnerBlock(
        partner=name,
        lines=tuple(
            _line(plan, close, list(group), cure.needs)
            for _, group in groupby(rows, key=itemgetter("unit_code", "kind"))
        ),
        needs=tuple(sorted(wanting, key=lambda need: (-(need.more_people or 0), need.code))),
        judged=judged,
        moves=tuple(
            ProposedMove(row["giver_full_name"], row["receiver_name"], row["kind"], row["people"])
            for row in proposals
            if row["giver"] in codes and row["kind"] in kinds
        ),
    )


def _line(plan: Plan, close: Close, rows: Sequence[RowMapping], needs: Sequence[NeedLine]) -> ForceLine:
    last = rows[-1]
    now = last if last["close_key"] == close.key else None
    told = now is not None and now["reported"] > 0
    rate, measured = _per_person_day(set(plan.registries_under(last["unit_code"])), needs)
    return ForceLine(
        unit=last["full_name"],
        kind=last["kind"],
        promised=now["promised"] if now else 0,
        promised_here=round(now["promised_here"]) if now and told else None,
        present=round(now["present"]) if now and told else None,
        missing=now["missing"] if now else 0,
        reported=now["reported"] if now else 0,
        registries=last["registries"],
        weeks=tuple(_week(list(group)) for _, group in groupby(rows, key=lambda row: _monday(row["day"]))),
        per_person_day=rate,
        measured=measured,
    )


def _per_person_day(codes: set[str], needs: Sequence[NeedLine]) -> tuple[float | None, int]:
    """Mean over registries by the people there; only those of which both are known."""
    known = [need for need in needs if need.code in codes and need.per_person_day is not None and need.people]
    people = sum(need.people or 0 for need in known)
    if not people:
        return None, 0
    cases = sum((need.per_person_day or 0.0) * (need.people or 0) for need in known)
    return math.floor(cases / people * 10 + 1e-9) / 10, len(known)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(rows: Sequence[RowMapping]) -> PresenceWeek:
    known = [row for row in rows if row["reported"] > 0]
    present = math.fsum(row["present"] for row in known)
    return PresenceWeek(
        first=rows[0]["day"],
        last=rows[-1]["day"],
        promised=rows[-1]["promised"],
        days=len(rows),
        known=len(known),
        promised_here=math.fsum(row["promised_here"] for row in known) / len(known) if known else None,
        present=present / len(known) if known else None,
        person_days=present,
    )


def _together(weeks: Sequence[PresenceWeek]) -> PresenceWeek:
    """Lines of one week added up: people of the lines that are known, days of the line with most."""
    known = [week for week in weeks if week.present is not None]
    return PresenceWeek(
        first=min(week.first for week in weeks),
        last=max(week.last for week in weeks),
        promised=sum(week.promised for week in weeks),
        days=max(week.days for week in weeks),
        known=max(week.known for week in weeks),
        promised_here=math.fsum(week.promised_here or 0.0 for week in known) if known else None,
        present=math.fsum(week.present or 0.0 for week in known) if known else None,
        person_days=math.fsum(week.person_days for week in weeks),
    )
