"""A close of a whole plan made by hand: every registry in another plight, as the rooms before would leave it."""

from __future__ import annotations

import json
import math
from datetime import timedelta

from sqlalchemy import text

from include.campaign.days import Close
from include.campaign.plan import Contact
from tests.campaign.conftest import FrozenTables

PLIGHTS = ("on track", "late", "warned", "escalated", "held", "unread", "not configured", "finished", "idle", "unknown")
"""Taken in turn by the registries in the plan's order."""
BOOKS = {"collected": 40, "classified": 38, "scanned": 21}
MILESTONES = {"will_miss_entry": "2025-03-16T00:00:00+07:00"}


def plight_of(frozen: FrozenTables, code: str) -> str:
    """What befell a registry."""
    return PLIGHTS[[one.code for one in frozen.plan.registries].index(code) % len(PLIGHTS)]


def full_day(frozen: FrozenTables, key: str = "2025-03-09", *, trouble: bool = True) -> Close:
    """Freeze a close and, of most figures, the one before it.

    Args:
        frozen: empty tables of a plan.
        key: of the close.
        trouble: worklists, difficulties, missing forces and a Ministry that is down come on top.
    """
    close = frozen.calendar.close(key)
    previous = frozen.calendar.previous(close)
    assert previous is not None
    frozen.close(previous.key)
    frozen.close(key)
    judged = close.kind != "tail"
    if judged:
        verdict = "too early" if close.day.day < 3 else "stepped"
        frozen.insert("ladder.evening", close_key=close.key, judged=90, flagged=30, newly=5, verdict=verdict)
    for place, registry in enumerate(frozen.plan.registries):
        plight = PLIGHTS[place % len(PLIGHTS)]
        _figures(frozen, close, previous, registry.code, plight)
        if judged:
            _pace(frozen, close, registry.code, plight)
        if trouble:
            _trouble(frozen, close, registry.code, place)
    if judged:
        _areas(frozen, close)
    if trouble:
        frozen.insert("transfers.wave", run_id="run", day_key=close.key, as_of=close.as_of, breaker="open",
                      lately_accepted=13_250, answered=0, fell=0, cap=1_325, carried=0, due=0, chosen=0,
                      waiting=27_000, not_due=50_000, settled=0, held=0, poisoned=0, why="test")  # fmt: skip
    return close


def _figures(frozen: FrozenTables, close: Close, previous: Close, code: str, plight: str) -> None:
    quota = frozen.plan.quota("plan37", code, "registry")
    cases = quota.cases if quota else 40
    share = {"on track": 0.6, "finished": 1.0, "idle": 0.0, "escalated": 0.1}.get(plight, 0.3)
    done = int(cases * share)
    frozen.registry(previous, code, (max(done - 37, 0), max(done - 60, 0)))
    if plight in ("unread", "not configured"):
        outcome = "unreachable" if plight == "unread" else "not_configured"
        known = previous.key if plight == "unread" else None
        frozen.registry(close, code, (None, max(done - 25, 0)), (None, 5), outcome=outcome, last_known=known)
        return
    received = cases if plight == "finished" else max(done - 25, 0)
    frozen.registry(close, code, (done, received), (min(37, done), min(35, received)), queued=12, awaiting=45,
                    rejected=9, open_defects=0 if plight == "finished" else 14)  # fmt: skip
    _update(frozen, close, code, attached=done if plight == "finished" else int(done * 0.7),
            reviewed=done if plight == "finished" else int(done * 0.5))  # fmt: skip
    _update(frozen, previous, code, attached=int(done * 0.6), reviewed=int(done * 0.4))
    books = dict.fromkeys(BOOKS, 40) if plight == "finished" else BOOKS
    frozen.insert("pace.books", close_key=close.key, registry_code=code, books=40, holdings=cases)
    for one, step in ((close, 0), (previous, 4)):
        tally = {stage: max(count - step, 0) for stage, count in books.items()}
        frozen.insert("pace.tally", close_key=one.key, baseline="plan37", registry_code=code, under_way=3, refused=2,
                      answered=90, open_defects=14, **tally)  # fmt: skip


def _update(frozen: FrozenTables, close: Close, code: str, **columns: int) -> None:
    sets = ", ".join(f"{name} = :{name}" for name in columns)
    frozen.conn.execute(
        text(f"update closing.progress set {sets} where close_key = :key and registry_code = :code"),
        {**columns, "key": close.key, "code": code},
    )


def _pace(frozen: FrozenTables, close: Close, code: str, plight: str) -> None:
    known = plight not in ("unread", "not configured")
    quota = frozen.plan.quota("plan37", code, "registry")
    late = plight in ("late", "warned", "escalated", "held", "idle")
    judged = known and quota is not None
    frozen.insert("pace.judged", close_key=close.key, registry_code=code, known=known, judged=judged,
                  apart=quota is None, bottleneck="scanned" if late and judged else None)  # fmt: skip
    if not judged or plight == "unknown":
        return
    left = {"finished": 0}.get(plight, quota.cases * 0.6)
    days = {"on track": 4.2, "finished": 0, "idle": math.inf}.get(plight, 9.5)
    pace = {"idle": 0.3}.get(plight, max(left / max(days, 1), 1) if math.isfinite(days) else 0)
    for stage in ("entered", "received"):
        frozen.insert(
            "pace.forecast", close_key=close.key, unit_code=code, scope="registry", stage=stage, remaining=left,
            pace_per_day=pace, needed_per_day=left / 6.25, p50_days=days, p85_days=days + 2, chance=0.4, days_used=5,
            shrunk=plight == "held", naive_days=math.inf,
        )  # fmt: skip
    if late and close.day.day >= 3 and quota is not None:
        _flagged(frozen, close, code, plight, quota.cases, pace)
        frozen.insert(
            "cure.need", close_key=close.key, registry_code=code, until="2025-03-16T00:00:00+07:00", remaining=left,
            chance=0.1, needed_per_day=left / 6, per_person_day=21.4, days_known=5, mixed=False, people=4,
            more_people=3, days=7, more_computers=2, computers=3 if plight == "warned" else 6,
            computers_first=plight == "warned", no_scanner=plight == "escalated", offline=plight == "idle",
        )  # fmt: skip


def _flagged(frozen: FrozenTables, close: Close, code: str, plight: str, quota: int, pace: float) -> None:
    in_row = {"late": 1, "escalated": 3, "held": 2}.get(plight, 2)
    behind = {"quota": quota, "work": quota, "whole": quota, "done": int(quota * 0.3), "due": int(quota * 0.57),
              "days_behind": 3.94, "needed_per_day": quota / 8, "pace_per_day": pace}  # fmt: skip
    frozen.flag(close, code, quota=quota, done=behind["done"], due=behind["due"], streak=in_row,
                needed_per_day=quota / 8, pace_per_day=pace, newly=in_row == 1,
                figures=json.dumps(behind))  # fmt: skip
    if plight == "escalated":
        frozen.flag(close, code, kind="will_miss_entry", figures=json.dumps({
            "quota": quota, "work": quota * 0.9, "remaining": quota * 0.6, "chance": 0.004, "shrunk": 1,
            "needed_per_day": 19.2, "pace_per_day": 4.9, "milestone": MILESTONES["will_miss_entry"]}))  # fmt: skip
    begun = frozen.calendar.close((close.day - timedelta(days=in_row - 1)).isoformat())
    _ensure(frozen, begun)
    outcome = {"held": "acknowledged", "idle": "waits"}.get(plight, "told")
    frozen.insert("ladder.climb", close_key=close.key, registry_code=code, outcome=outcome, in_row=in_row,
                  counted=in_row, episode_key=begun.key)  # fmt: skip
    contact = frozen.plan.contact(code, "head", close.day)
    district = frozen.plan.district_of(code)
    if outcome != "told" or district is None:
        return
    level = "unit" if in_row == 1 else "district"
    if level == "district":
        _step(frozen, begun, code, "unit", contact, begun.key)
        _mailed(frozen, begun, contact.email)
        contact = frozen.plan.contact(district.code, "head", close.day)
    _step(frozen, close, code, level, contact, begun.key)


def _step(frozen: FrozenTables, close: Close, code: str, level: str, contact: Contact, episode: str) -> None:
    frozen.insert("ladder.step", close_key=close.key, registry_code=code, level=level, told_unit=contact.unit_code,
                  told_office=contact.office, told_address=contact.email, episode_key=episode)  # fmt: skip


def _mailed(frozen: FrozenTables, close: Close, address: str) -> None:
    frozen.conn.execute(
        text(
            "insert into mail.message (message_key, close_key, kind, address, office, message_id, subject, html, plain,"
            " queued_at) values (:key, :close, 'daily', :to, '', :key, '', '', '', :at) on conflict do nothing"
        ),
        {"key": f"{close.key}/{address}", "close": close.key, "to": address, "at": close.as_of},
    )


def _ensure(frozen: FrozenTables, close: Close) -> None:
    known = text("select count(*) from closing.close where close_key = :key")
    if not frozen.conn.execute(known, {"key": close.key}).scalar():
        frozen.close(close.key)


def _areas(frozen: FrozenTables, close: Close) -> None:
    units = [(frozen.plan.province.code, "province")] + [
        (unit.code, "area") for unit in frozen.plan.children(frozen.plan.province.code)
    ]
    for code, scope in units:
        for stage in ("entered", "received"):
            frozen.insert(
                "pace.forecast", close_key=close.key, unit_code=code, scope=scope, stage=stage, remaining=5000,
                pace_per_day=480.4, needed_per_day=812.6, p50_days=10.2, p85_days=12.5, chance=0.2, days_used=5,
                shrunk=False, naive_days=11.0,
            )  # fmt: skip


def _trouble(frozen: FrozenTables, close: Close, code: str, place: int) -> None:
    for state, error, entries in (("rejected", "BAD_DATE", 6), ("rejected", "DUP_PERSON", 31),
                                  ("failed", "REMOTE_TIMEOUT", 24), ("rejected", "NEW_CODE_9", 2)):  # fmt: skip
        frozen.insert("closing.code_count", close_key=close.key, registry_code=code, register="KS", phase=2,
                      state=state, error_code=error, entries=entries)  # fmt: skip
    if place % 3 == 0:
        frozen.insert("closing.worklist_count", close_key=close.key, registry_code=code, error_code="MISSING_REQUIRED",
                      entries=26, new=6, done=2, oldest_since=close.as_of - timedelta(days=2))  # fmt: skip
        for entry in range(3):
            frozen.insert("worklist.item", registry_code=code, entry_id=place * 100 + entry, register="KS",
                          opened_year=2004, book_no="01", entry_no=f"{entry}/2004", error_code="MISSING_REQUIRED",
                          sends=1, since=close.as_of, version=1, from_key=close.key)  # fmt: skip
    if place % 2 == 0:
        frozen.insert("ladder.difficulty", registry_code=code, kind=next(
            kind.kind for kind in frozen.plan.difficulties.values() if kind.owner == "line"), owner="line",
            said="mất điện từ sáng", opened_on=close.day, opened_key=close.key, last_told_on=close.day, confirmed=True,
            due_day=close.day + timedelta(days=2))  # fmt: skip
    if place % 4 == 0:
        frozen.insert("cure.force", close_key=close.key, place=place, partner="Bộ đội Biên phòng tỉnh",
                      kind="border_guards", unit_code=code, promised=3, promised_here=3.0, present=1.0, missing=2,
                      reported=1, registries=1)  # fmt: skip
