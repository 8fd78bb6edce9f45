"""Difficulties that registries report: which are open at a close, and which of them explain a flag. Pure.

A kind of difficulty is open from the first report that tells it until so many reports in a row do not. It *explains*
a flag once it is more than one day's remark: told by some reports in a row, or on a day on which the pace fell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from include.campaign.ladder.evening import Instead
from include.campaign.ladder.redact import redact
from include.campaign.pace.judgement import Flag
from include.campaign.plan import Plan
from include.campaign.plan.difficulties import INTERNET, OTHER, DifficultyKind, fold_words
from include.campaign.plan.ladder_rules import Difficulties

DAYS_BEFORE = 3
"""Days whose median the entries of a day are held against."""


@dataclass(frozen=True)
class DailyReport:
    """What a registry's report of a day says of its difficulties, and how its work went that day.

    Attributes:
        text: as reported; it goes nowhere before it is redacted.
        internet_ok: None: not said.
        dropped: fewer cases were entered that day than the plan's share of the days before; False where not known.
    """

    registry_code: str
    day: date
    text: str | None
    internet_ok: bool | None
    dropped: bool = False


@dataclass(frozen=True)
class Difficulty:
    """A difficulty that is open: told first and last by the reports of these days, redacted."""

    registry_code: str
    kind: str
    opened_on: date
    last_told_on: date
    said: str | None
    confirmed: bool


def open_difficulties(
    reports: Iterable[DailyReport],
    kinds: Mapping[str, DifficultyKind],
    rules: Difficulties,
    closed: Mapping[tuple[str, str], date] | None = None,
) -> list[Difficulty]:
    """Difficulties that are open after some reports, by registry and kind.

    Args:
        reports: of any registries; at most one per registry and day. A day without a report tells nothing either way.
        kinds: the plan's.
        rules: the plan's.
        closed: by registry and kind, the day of the last report that a person's closing answered; reports up to it do
            not open it again.
    """
    by_registry: dict[str, list[DailyReport]] = {}
    for report in reports:
        by_registry.setdefault(report.registry_code, []).append(report)
    return [
        difficulty
        for code in sorted(by_registry)
        for difficulty in _of_registry(
            sorted(by_registry[code], key=lambda report: report.day), kinds, rules, closed or {}
        )
    ]


def _of_registry(
    reports: Sequence[DailyReport],
    kinds: Mapping[str, DifficultyKind],
    rules: Difficulties,
    closed: Mapping[tuple[str, str], date],
) -> Iterable[Difficulty]:
    nothing = frozenset(fold_words(words) for words in rules.nothing)
    told = [told_kinds(report, kinds, nothing) for report in reports]
    for kind in sorted(frozenset().union(*told)):
        since = closed.get((reports[0].registry_code, kind), date.min)
        tells = [kind in one and report.day > since for one, report in zip(told, reports, strict=True)]
        places = _spell(tells, rules.quiet_reports)
        if not places:
            continue
        telling = [reports[place] for place in places]
        confirmed = _in_a_row(places) >= rules.confirm_reports or any(report.dropped for report in telling)
        # A line that was down on one day is noise, unless it was felt; what people write they mean.
        words = [report.text for report in telling if kind in _texts(report, kinds, nothing)]
        if not confirmed and not words:
            continue
        said = words[-1] if words else None
        yield Difficulty(
            registry_code=reports[0].registry_code,
            kind=kind,
            opened_on=telling[0].day,
            last_told_on=telling[-1].day,
            said=redact(said) if said else None,
            confirmed=confirmed,
        )


def told_kinds(report: DailyReport, kinds: Mapping[str, DifficultyKind], nothing: frozenset[str]) -> frozenset[str]:
    """Kinds that a report tells; a text that no pattern knows tells `other`."""
    down = frozenset({INTERNET}) if report.internet_ok is False else frozenset()
    return down | _texts(report, kinds, nothing)


def _texts(report: DailyReport, kinds: Mapping[str, DifficultyKind], nothing: frozenset[str]) -> frozenset[str]:
    folded = fold_words(report.text or "")
    if not folded or folded in nothing:
        return frozenset()
    return frozenset(code for code, kind in kinds.items() if kind.is_told_by(folded)) or frozenset({OTHER})


def _spell(told: Sequence[bool], quiet: int) -> list[int]:
    """Places of the reports that tell the spell which is open after the last one; none: no spell is."""
    places = [place for place, tells in enumerate(told) if tells]
    if not places or len(told) - 1 - places[-1] >= quiet:
        return []
    first = len(places) - 1
    while first and places[first] - places[first - 1] - 1 < quiet:
        first -= 1
    return places[first:]


def _in_a_row(places: Sequence[int]) -> int:
    """The longest run of reports without one between them that does not tell it."""
    longest = run = 1
    for before, place in pairwise(places):
        run = run + 1 if place == before + 1 else 1
        longest = max(longest, run)
    return longest


def has_dropped(entered_in_day: Sequence[float | None], share: float) -> bool:
    """Whether the last day's cases are fewer than a share of the median of the days before; False where not known."""
    *before, last = entered_in_day
    known = [cases for cases in before[-DAYS_BEFORE:] if cases is not None]
    return last is not None and len(known) == DAYS_BEFORE and last < share * median(known)


def due_day(kind: DifficultyKind, opened_on: date) -> date:
    """Day by whose end the owner is to have cleared it."""
    return opened_on + timedelta(days=kind.due_days)


@dataclass(frozen=True)
class Open:
    """An open difficulty of the campaign database, as far as it can explain a flag."""

    difficulty_id: int
    registry_code: str
    kind: str
    confirmed: bool


def explanations(
    flags: Iterable[Flag], standing: Iterable[Open], plan: Plan, day: date
) -> dict[tuple[str, str], Instead]:
    """Whose difficulty explains which flag, by registry and kind of flag: who is told in the unit's place.

    A flag of the unit itself is explained by an open, confirmed difficulty of somebody else whose kind can explain its
    stage; the one that was opened first, where there are several.
    """
    by_registry: dict[str, list[Open]] = {}
    for one in sorted(standing, key=lambda one: one.difficulty_id):
        kind = plan.difficulties.get(one.kind)
        if one.confirmed and kind is not None and kind.owner != "unit" and kind.explains:
            by_registry.setdefault(one.registry_code, []).append(one)
    found: dict[tuple[str, str], Instead] = {}
    for flag in flags:
        if flag.owner != "unit":
            continue
        for one in by_registry.get(flag.registry_code, ()):
            kind = plan.difficulties[one.kind]
            if flag.stage is None or flag.stage in kind.explains:
                found[flag.registry_code, flag.kind] = _owner(plan, kind, one, day)
                break
    return found


def _owner(plan: Plan, kind: DifficultyKind, one: Open, day: date) -> Instead:
    """The post that answers for a difficulty; without a district above it, the Department does."""
    district = plan.district_of(one.registry_code)
    if kind.owner == "district" and district is not None:
        return Instead(one.difficulty_id, district.code, "head", kind.owner)
    post = plan.line_keeper(day).post if kind.owner == "line" else "desk"
    return Instead(one.difficulty_id, plan.province.code, post, kind.owner)
