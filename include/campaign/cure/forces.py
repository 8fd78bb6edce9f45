"""Forces promised against forces present, for each partner and kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from include.campaign.cure.present import KINDS, newest
from include.campaign.pace.season import Floats
from include.campaign.plan import Force, Plan
from include.campaign.plan.fields import ForceKind


@dataclass(frozen=True)
class ForceLine:
    """One partner's people of one kind in one unit.

    Attributes:
        partner: who promised them; None: people of that kind are there whom nobody has promised.
        kind: of people.
        unit_code: the unit that they were promised to; the province for those whom nobody promised.
        promised: people promised for the day.
        promised_here: of these, those who belong in the registries that have reported.
        present: people there, by the reports; where several partners promised the same kind, in proportion.
        reported: registries that have reported, and
        registries: all among whom they are divided.
    """

    partner: str | None
    kind: ForceKind
    unit_code: str
    promised: int
    promised_here: float
    present: float
    reported: int
    registries: int

    @property
    def missing(self) -> int:
        """People who should be in the registries that reported and are not: only whole ones."""
        return max(int(np.floor(self.promised_here - self.present + 1e-9)), 0)


@dataclass(frozen=True)
class Reported:
    """People by registry, day and kind as reported, (registries, days, kinds), NaN: not; oldest first.

    The newest report counts for `fresh_closes` days.
    """

    codes: Sequence[str]
    days: Sequence[date]
    people: Floats
    fresh_closes: int

    def there(self, kind: ForceKind, since: date | None) -> Floats:
        """People of a kind by the newest report of no day before `since`: who was to come then is in no older one."""
        old = np.array([since is not None and day < since for day in self.days])
        return newest(np.where(old, np.nan, self.people[:, :, KINDS.index(kind)]), self.fresh_closes)


def forces_there(plan: Plan, day: date, reported: Reported) -> tuple[ForceLine, ...]:
    """What each partner promised for a day, and who of it is there.

    People promised to a unit are divided evenly among the registries of that unit: the plan does not say otherwise.
    A kind's people whom nobody has promised are told only where the plan promises that kind somewhere: the rest are
    the registries' own staff.

    Args:
        plan: its forces.
        day: those promised for it.
        reported: who is there.
    """
    codes = reported.codes
    place_of = {code: place for place, code in enumerate(codes)}
    promises = [force for force in plan.forces if _holds(force, day)]
    share = np.zeros((len(promises), len(codes)))
    for number, force in enumerate(promises):
        places = [place_of[code] for code in plan.registries_under(force.unit_code) if code in place_of]
        if places:
            share[number, places] = force.number / len(places)
    asked = {kind: share[[force.kind == kind for force in promises]].sum(axis=0) for kind in KINDS}
    lines = [
        _line(force, share[number], asked[force.kind], reported.there(force.kind, force.from_date))
        for number, force in enumerate(promises)
    ]
    kinds = [kind for kind in KINDS if any(force.kind == kind for force in plan.forces)]
    unasked = (_unasked(plan, kind, asked[kind], reported.there(kind, day)) for kind in kinds)
    return (*_together(lines), *(line for line in unasked if line is not None))


def _holds(force: Force, day: date) -> bool:
    return (force.from_date is None or force.from_date <= day) and (force.to_date is None or day <= force.to_date)


def _line(force: Force, share: Floats, asked: Floats, there: Floats) -> ForceLine:
    mine = share > 0
    told = mine & ~np.isnan(there)
    return ForceLine(
        partner=force.partner,
        kind=force.kind,
        unit_code=force.unit_code,
        promised=force.number,
        promised_here=float(share[told].sum()),
        present=float((there[told] * share[told] / asked[told]).sum()),
        reported=int(told.sum()),
        registries=int(mine.sum()),
    )


def _together(lines: Sequence[ForceLine]) -> Iterator[ForceLine]:
    """One line for each partner, kind and unit, though they were promised in several rows."""
    same: dict[tuple[str | None, ForceKind, str], list[ForceLine]] = defaultdict(list)
    for line in lines:
        same[line.partner, line.kind, line.unit_code].append(line)
    for (partner, kind, unit_code), rows in same.items():
        yield ForceLine(
            partner=partner,
            kind=kind,
            unit_code=unit_code,
            promised=sum(row.promised for row in rows),
            promised_here=sum(row.promised_here for row in rows),
            present=sum(row.present for row in rows),
            reported=max(row.reported for row in rows),
            registries=max(row.registries for row in rows),
        )


def _unasked(plan: Plan, kind: ForceKind, asked: Floats, there: Floats) -> ForceLine | None:
    told = (asked == 0) & (there > 0)
    if not told.any():
        return None
    number = int(told.sum())
    return ForceLine(None, kind, plan.province.code, 0, 0.0, float(there[told].sum()), number, number)


def days_promised(plan: Plan, day: date, codes: Sequence[str]) -> Floats:
    """Days after `day` for which people of each kind are promised to each registry, (registries, kinds).

    The longest promise counts; 0: all have ended. People whom nobody ever promised, or without an end, stay as long as
    the campaign.
    """
    last = (plan.rules.campaign.last_day - day).days
    days = np.full((len(codes), len(KINDS)), np.nan)
    place_of = {code: place for place, code in enumerate(codes)}
    for force in plan.forces:
        if force.from_date is None or force.from_date <= day:
            left = float(max(last if force.to_date is None else (force.to_date - day).days, 0))
            for code in plan.registries_under(force.unit_code):
                if code in place_of:
                    cell = place_of[code], KINDS.index(force.kind)
                    days[cell] = np.fmax(days[cell], left)
    return np.where(np.isnan(days), float(max(last, 0)), days)
