"""Writes the daily mails of registries' heads from a frozen day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from include.campaign.pace.roadmap import Roadmaps
from include.campaign.plan import Commitment, Plan
from include.campaign.report.commune import CommuneReport, Target
from include.campaign.report.course import Course, course
from include.campaign.report.duties import UnitDay, duties, excuses
from include.campaign.report.escalations import LadderDay
from include.campaign.report.frozen import FrozenDay
from include.campaign.report.models import RegistryDay
from include.campaign.report.pace import last_day_before
from include.campaign.report.stages import StageRows
from include.campaign.report.warning import Warnings


@dataclass(frozen=True)
class HeadsMail:
    """A registry's report and the office that it goes to."""

    address: str
    office: str
    unit_code: str
    block: CommuneReport


class Communes:
    """The daily mails of registries' heads at a close."""

    def __init__(self, day: FrozenDay, ladder: LadderDay, plan: Plan, stages: StageRows, warnings: Warnings) -> None:
        """Hold what the mails are made of."""
        self._day, self._ladder, self._plan, self._stages, self._warnings = day, ladder, plan, stages, warnings

    @cached_property
    def _roadmaps(self) -> Roadmaps:
        return Roadmaps.of(self._plan)

    @cached_property
    def _promises(self) -> dict[str, Commitment]:
        signed = (row for row in self._plan.commitments if row.signed_on <= self._day.head.day)
        return {row.unit_code: row for row in sorted(signed, key=lambda row: row.signed_on)}

    @cached_property
    def _of_more(self) -> frozenset[str]:
        """Units just below the province with registries below them."""
        return frozenset(registry.area_code for registry in self._day.registries if not registry.is_area)

    @cached_property
    def _to_officers(self) -> frozenset[str]:
        return frozenset(row["registry_code"] for row in self._day.items_to_tell)

    def mails(self) -> Iterator[HeadsMail]:
        """One per registry, in the order of their codes, to its head or to who stands in for it.

        What the ladder tells tonight goes to the address that it froze, whoever holds the post now.
        """
        for registry in self._day.registries:
            step = self._warnings.own_step(registry.code)
            if step is not None:
                address, office, unit = step["told_address"], step["told_office"], step["told_unit"]
            else:
                contact = self._plan.contact(registry.code, "head", self._day.head.day)
                address, office, unit = contact.email, contact.office, contact.unit_code
            yield HeadsMail(address, office, unit, self.report(registry, vacant=unit != registry.code))

    def report(self, registry: RegistryDay, *, vacant: bool) -> CommuneReport:
        """What the head of one registry is told."""
        head, target = self._day.head, self.target(registry)
        stages = self._stages.of(registry)
        going = None if target is None else self.course(registry, target.by)
        unit = UnitDay(
            day=self._day,
            ladder=self._ladder,
            plan=self._plan,
            registry=registry,
            stages=stages,
            unsent=self._stages.unsent(registry.code),
            course=going,
        )
        return CommuneReport(
            registry=registry,
            target=target,
            course=None if head.final or head.tail else going,
            stages=stages,
            duties=duties(unit),
            excuses=excuses(unit),
            escalation=self._warnings.of(registry),
            vacant=vacant,
            officer_told=registry.code in self._to_officers,
            completion=self._day.completion.get(registry.code),
        )

    def target(self, registry: RegistryDay) -> Target | None:
        """What a registry is held against; None: it has neither a commitment nor a quota."""
        promise = self._promises.get(registry.code)
        if registry.code in self._of_more:  # what a district promised is for all that is registered in it
            promise = None
        cases = promise.promised_cases if promise and promise.promised_cases is not None else registry.quota
        if cases is None:
            return None
        if promise is not None:
            return Target(cases, promise.promised_date, promised=True)
        return Target(cases, self._entry_by(registry.code), promised=False)

    def course(self, registry: RegistryDay, by: date) -> Course | None:
        """How fast it goes; None: it was not read, not judged, or has no quota."""
        pace, milestones = registry.pace, self._day.milestones
        if pace is None or not registry.read or not {"entered", "received"} <= milestones.keys():
            return None
        days = last_day_before(milestones["entered"]), last_day_before(milestones["received"])
        return course(pace.entry, pace.transfer, days, self._day.head.as_of, by)

    def _entry_by(self, code: str) -> date:
        """Last day of the registry's own roadmap, else of the province's milestone, else of the campaign."""
        own = self._roadmaps.own.get(("entered", code))
        until = own.until if own is not None else self._roadmaps.milestones.get("entered")
        return last_day_before(until) if until is not None else self._plan.rules.campaign.last_day
