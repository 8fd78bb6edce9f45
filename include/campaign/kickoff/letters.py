"""What one who answers for a unit is told before the work begins: targets, dates, mails to come, how it is measured.

Everything comes from the plan, so a letter cannot promise what the rules do not do. Counts are cases unless said
otherwise; None: not given, never zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter

from include.campaign.days import Calendar
from include.campaign.kickoff.recipients import Recipient
from include.campaign.milestones import CASES
from include.campaign.plan import Contact, Counts, Plan
from include.campaign.plan.fields import Level, Origin, Post, Scope, Stage
from include.campaign.plan.rules import Rules


@dataclass(frozen=True)
class KickoffHead:
    """What the letters of this room state above and below their words; there is no close yet."""

    sender: str
    campaign: str
    plan_number: str
    province: str
    first_day: date
    last_day: date

    @property
    def days(self) -> int:
        """Length of the campaign."""
        return (self.last_day - self.first_day).days + 1


@dataclass(frozen=True)
class Target:
    """What a unit is to do by one baseline.

    Attributes:
        title, baseline_source, dated: of the baseline.
        counts: which entries count towards it.
        in_force: it drives flags and ranks; the others are for comparison.
        scope: "area" is the unit with everything below it, "registry" its own books.
        cases, books: None: no target is given.
        origin, source, computed: of the number; computed: split from the one above, by nobody's decision.
    """

    title: str
    baseline_source: str
    dated: date
    counts: Counts
    in_force: bool
    scope: Scope
    cases: int | None
    books: int | None
    origin: Origin | None
    source: str | None
    computed: bool


@dataclass(frozen=True)
class StageLine:
    """A stage's roadmap: from the first day to the last one. `judged`: being late in it is told."""

    stage: Stage
    first: date
    last: date
    judged: bool


@dataclass(frozen=True)
class Promise:
    """A commitment, of the unit itself or of the one that it lies in."""

    unit: str
    own: bool
    signed_on: date
    promised_date: date
    promised_cases: int | None
    source: str | None


@dataclass(frozen=True)
class Promises:
    """Commitments as the Department sees them: how many units below it gave one, and what they add up to."""

    given: int
    units: int
    cases: int | None
    last_date: date | None


@dataclass(frozen=True)
class MilestoneDay:
    """The last day for one or more stages, by the plan's milestones. `reported`: the Department has a report of it."""

    last: date
    titles: tuple[str, ...]
    reported: bool


@dataclass(frozen=True)
class KickoffLetter:
    """All that one address is told about one unit.

    Attributes:
        acting: posts of the unit that are vacant and for which this address answers.
        targets: those of the baseline in force first; there is at least one.
        promise: of the unit; None: none is on record. The Department has `promises` instead.
        rules: the plan's, for what is told of hours, levels and weekdays.
        final: instant of the final close: what is done until then counts.
        judged_from: first day on which anybody is called late.
        not_ours: failures of the receiving side, as reports call them: not counted against a unit.
        districts: units lie between communes and the province.
        partners: partners are written to at all.
        team, desk: the data team and the Department's desk, whom to ask.
    """

    key: str
    head: KickoffHead
    address: str
    office: str
    unit_code: str
    language: str
    reply_to: str
    unit: str
    level: Level
    posts: tuple[Post, ...]
    acting: tuple[Post, ...]
    targets: tuple[Target, ...]
    roadmap: tuple[StageLine, ...]
    promise: Promise | None
    promises: Promises | None
    milestones: tuple[MilestoneDay, ...]
    rules: Rules
    final: datetime
    judged_from: date
    not_ours: tuple[str, ...]
    districts: bool
    partners: bool
    team: Contact
    desk: Contact


def head_of(plan: Plan) -> KickoffHead:
    """The head of every letter of this room."""
    campaign = plan.rules.campaign
    return KickoffHead(
        sender=plan.rules.mail.sender_name,
        campaign=campaign.name,
        plan_number=campaign.plan_number,
        province=plan.full_name(campaign.province),
        first_day=campaign.first_day,
        last_day=campaign.last_day,
    )


def kickoff_letter(plan: Plan, recipient: Recipient, day: date) -> KickoffLetter:
    """The letter to one address about one unit.

    Args:
        plan: everything that is told.
        recipient: whom it goes to.
        day: that it is written on; before the campaign it tells what holds on the first day.
    """
    unit = plan.units[recipient.unit_code]
    campaign = plan.rules.campaign
    in_force = max(day, campaign.first_day)
    desk = plan.contact(plan.province.code, "desk", day)
    province = unit.code == plan.province.code
    return KickoffLetter(
        key=recipient.key,
        head=head_of(plan),
        address=recipient.contact.email,
        office=recipient.contact.office,
        unit_code=unit.code,
        language=recipient.contact.language,
        reply_to=plan.rules.mail.reply_to or desk.email,
        unit=plan.full_name(unit.code),
        level=unit.level,
        posts=recipient.posts,
        acting=recipient.acting,
        targets=tuple(_targets(plan, unit.code, in_force, day)),
        roadmap=tuple(_roadmap(plan, unit.code)),
        promise=None if province else _promise(plan, unit.code),
        promises=_promises(plan) if province else None,
        milestones=tuple(_milestones(plan)),
        rules=plan.rules,
        final=Calendar(plan.rules).closes()[-1].as_of,
        judged_from=campaign.first_day + timedelta(days=plan.rules.ladder.from_day - 1),
        not_ours=tuple(dict.fromkeys(_not_ours(plan))),
        districts=bool(plan.units_at("district")),
        partners=bool(plan.partners and plan.rules.partners.weekdays),
        team=plan.contact(plan.province.code, "data_team", day),
        desk=desk,
    )


def _targets(plan: Plan, code: str, day: date, written: date) -> Iterator[Target]:
    """Of the baseline in force on a day: with and without a number; of others known when it is written: numbers."""
    in_force = plan.baseline_in_force(day)
    others = (other for other in plan.baselines.values() if other.id != in_force.id and other.dated <= written)
    commune = plan.units[code].level == "commune"
    scopes: tuple[Scope, ...] = ("registry",) if commune else ("area", "registry")
    for baseline in (in_force, *others):
        for scope in scopes:
            quota = plan.quota(baseline.id, code, scope)
            asked = baseline.id == in_force.id and (scope == "area" or code in plan.registry_codes)
            if quota is None and not asked:
                continue
            yield Target(
                title=baseline.title,
                baseline_source=baseline.source,
                dated=baseline.dated,
                counts=baseline.counts,
                in_force=baseline.id == in_force.id,
                scope=scope,
                cases=quota.cases if quota else None,
                books=quota.books if quota else None,
                origin=quota.origin if quota else None,
                source=quota.source if quota else None,
                computed=quota.computed if quota else False,
            )


def _roadmap(plan: Plan, code: str) -> Iterator[StageLine]:
    for stage, window in plan.rules.roadmap.items():
        own = plan.own_window(stage, code)
        start, until = (own.start, own.until) if own else (window.start, window.until)
        zone = plan.rules.campaign.timezone
        first = start.astimezone(zone).date()
        yield StageLine(stage, first, _last_day(until, plan), stage in plan.rules.laggard.stages)


def _last_day(until: datetime, plan: Plan) -> date:
    """Midnight ends the day before."""
    return (until.astimezone(plan.rules.campaign.timezone) - timedelta(microseconds=1)).date()


def _promise(plan: Plan, code: str) -> Promise | None:
    by_unit = {row.unit_code: row for row in plan.commitments}
    line = (code, *(unit.code for unit in plan.ancestors(code)))
    found = next((by_unit[at] for at in line if at in by_unit), None)
    if found is None:
        return None
    return Promise(
        unit=plan.full_name(found.unit_code),
        own=found.unit_code == code,
        signed_on=found.signed_on,
        promised_date=found.promised_date,
        promised_cases=found.promised_cases,
        source=found.source,
    )


def _promises(plan: Plan) -> Promises:
    below = {unit.code for unit in plan.children(plan.province.code) if plan.registries_under(unit.code)}
    given = [row for row in plan.commitments if row.unit_code in below]
    cases = [row.promised_cases for row in given if row.promised_cases is not None]
    return Promises(
        given=len(given),
        units=len(below),
        cases=sum(cases) if cases else None,
        last_date=max((row.promised_date for row in given), default=None),
    )


def _milestones(plan: Plan) -> Iterator[MilestoneDay]:
    in_order = sorted(plan.milestones, key=attrgetter("instant"))
    for instant, group in groupby(in_order, key=attrgetter("instant")):
        rows = list(group)
        reported = any(row.stage in CASES for row in rows)
        yield MilestoneDay(_last_day(instant, plan), tuple(row.title for row in rows), reported)


def _not_ours(plan: Plan) -> Iterator[str]:
    for code in plan.error_codes.values():
        if plan.outcomes[code.outcome].class_ == "remote":
            yield code.name_vi
