"""Writes the data team's mail of an evening from a frozen day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Connection, RowMapping

from include.campaign.days import Calendar, Close
from include.campaign.plan import Plan
from include.campaign.report.breaks import BreakLine, break_lines
from include.campaign.report.edition import missing_unexpectedly
from include.campaign.report.frozen import FrozenDay
from include.campaign.report.models import RegistryDay
from include.campaign.report.operations import (
    Deliveries,
    FirstKind,
    FirstThing,
    Late,
    OperationsBlock,
    SlowSource,
    Undelivered,
)
from include.campaign.report.sums import requeues
from include.campaign.report.transfers import Transfers, transfers
from include.campaign.warehouse import fetch, fetch_one

SLOW_SHARE = 1 / 3
"""A reading is slow from this share of `pull.registry_seconds` on: three times as long, and it is lost."""

SLOW_AT_MOST = 5


def operations_block(conn: Connection, plan: Plan, calendar: Calendar, close: Close, day: FrozenDay) -> OperationsBlock:
    """What the data team reads of a close, a held one included.

    Args:
        conn: campaign database.
        plan: hours and limits.
        calendar: the campaign's days.
        close: the close.
        day: what was frozen for it.
    """
    unread = missing_unexpectedly(day.registries)
    deliveries, late = _looked_back(conn, plan, calendar, close)
    breaks = break_lines(day.breaks)
    sent = transfers(day)
    slow_from = timedelta(seconds=plan.rules.pull.registry_seconds * SLOW_SHARE)
    return OperationsBlock(
        first=_first(day, unread, deliveries, late, sent, breaks),
        held_why=day.held_why if day.head.state == "held" else None,
        outcomes=tuple(Counter(registry.outcome for registry in day.registries).most_common()),
        unread=unread,
        known=tuple(one for one in day.registries if not one.read and one.health.acknowledged_until is not None),
        not_configured=day.head.not_configured,
        partly=tuple(registry for registry in day.registries if registry.health.lacking),
        slow=_slow(day, slow_from),
        slow_from=slow_from,
        breaks=tuple(line for line in breaks if line.open or line.new or line.cleared or line.waived),
        requeues=requeues(day, {registry.code for registry in day.registries}),
        transfers=sent,
        deliveries=deliveries,
        late=late,
    )


def _slow(day: FrozenDay, slow_from: timedelta) -> tuple[SlowSource, ...]:
    read = [(one.health.took, one) for one in day.registries if one.read and one.health.took is not None]
    slow = sorted(((took, one) for took, one in read if took >= slow_from), key=lambda pair: (-pair[0], pair[1].code))
    return tuple(SlowSource(one.full_name, took) for took, one in slow[:SLOW_AT_MOST])


def _looked_back(
    conn: Connection, plan: Plan, calendar: Calendar, close: Close
) -> tuple[Deliveries | None, Late | None]:
    evening = fetch_one(conn, "operations/select_evening", close_key=close.key)
    if evening is None:
        return None, None
    zone = plan.rules.campaign.timezone
    deadlines = plan.rules.deadlines
    before = calendar.close(evening["before_key"]) if evening["before_key"] else None
    counts = fetch(conn, "operations/select_deliveries", close_key=close.key)
    deliveries = Deliveries(
        day=before.day if before else None,
        by_state=_by_state(counts),
        alarms=sum(row["deliveries"] for row in counts if row["kind"] == "alarm"),
        undelivered=tuple(
            Undelivered(
                key=row["message_key"],
                of_key=row["of_key"],
                office=row["office"],
                address=row["address"],
                state=_told(row["state"]),
                smtp_code=row["smtp_code"],
                why=row["why"],
            )
            for row in fetch(conn, "operations/select_undelivered", close_key=close.key)
        ),
    )
    late = Late(
        closed_at=evening["looked_at"].astimezone(zone),
        close_by=calendar.due_by(close, deadlines.close_by),
        report_day=before.day if before else None,
        report_at=evening["report_at"].astimezone(zone) if evening["report_at"] else None,
        report_by=calendar.due_by(before, deadlines.report_by) if before else None,
        unfinished=tuple(evening["unfinished"]),
    )
    return deliveries, late


def _by_state(counts: Iterable[RowMapping]) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for row in counts:
        if row["kind"] == "paper":
            found[_told(row["state"])] += row["deliveries"]
    return dict(found)


def _told(state: str) -> str:
    """One caught in the act may have arrived."""
    return "uncertain" if state == "sending" else state


def _first(
    day: FrozenDay,
    unread: Sequence[RegistryDay],
    deliveries: Deliveries | None,
    late: Late | None,
    sent: Transfers | None,
    breaks: Sequence[BreakLine],
) -> FirstThing:
    if day.head.state == "held":
        return FirstThing("held")
    if not day.head.ledger_read:
        return FirstThing("ledger")
    if late is not None and late.unfinished:
        return FirstThing("unfinished", late.unfinished[0])
    if unread:
        return FirstThing("source", unread[0].full_name, unread[0].outcome)
    waits = deliveries is not None and deliveries.waiting > 0
    return _undelivered_first(deliveries) or _unclear_first(sent, breaks, waits=waits)


def _undelivered_first(deliveries: Deliveries | None) -> FirstThing | None:
    """Of what did not arrive: first what nobody can send yet, then what a person has to mend or to ask."""
    found = deliveries.to_see_to if deliveries else ()
    kinds: tuple[tuple[str, FirstKind], ...] = (
        ("unwritten", "unwritten"), ("held", "kept"), ("refused", "refused"), ("uncertain", "uncertain")
    )  # fmt: skip
    for state, kind in kinds:
        of_state = [one for one in found if one.state == state]
        if of_state:
            return FirstThing(kind, of_state[0].office)
    return None


def _unclear_first(sent: Transfers | None, breaks: Sequence[BreakLine], *, waits: bool) -> FirstThing:
    if waits:
        return FirstThing("waits")
    if sent is not None and sent.unknown:
        return FirstThing("code", sent.unknown[0].code)
    own = [line for line in breaks if line.owner == "data_team" and line.new]
    return FirstThing("breaks", own[0].name) if own else FirstThing("nothing")
