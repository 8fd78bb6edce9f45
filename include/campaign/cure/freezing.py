"""Keeps what a close found of cures: who was there, what is needed, who could help, and what became of earlier help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import Connection, RowMapping

from include.campaign.cure.courses import Courses
from include.campaign.cure.effect import Effect, effects, escalated, reinforced
from include.campaign.cure.forces import Reported, days_promised, forces_there
from include.campaign.cure.foreseen import foreseen
from include.campaign.cure.moves import Board, propose
from include.campaign.cure.need import Need, needs
from include.campaign.cure.present import KINDS, Now, Presence, there_now
from include.campaign.cure.worth import Worth, in_day, worth
from include.campaign.days import TAIL, Calendar, Close
from include.campaign.pace.forecast import known_now
from include.campaign.pace.freezing import read_season
from include.campaign.pace.roadmap import Roadmaps
from include.campaign.pace.season import Floats, Season
from include.campaign.plan import Plan
from include.campaign.told import told
from include.campaign.warehouse import fetch, fetch_one, run, run_many

SECONDS_A_DAY = 86_400


def freeze_cure(conn: Connection, plan: Plan, calendar: Calendar, close: Close) -> None:
    """Freeze what would cure the delays of a close.

    Nothing is looked for in the tail nor for a held close. Once letters of the close are in the outbox, what was frozen
    stays.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: rules, forces, neighbours and roadmaps.
        calendar: the campaign's days.
        close: the close, judged before.
    """
    if told(conn, close):
        return
    for kind in ("present", "need", "proposal", "force", "effect"):
        run(conn, f"cure/delete_{kind}", close_key=close.key)
    known = fetch_one(conn, "select_close", close_key=close.key)
    if known is None or known["state"] == "held" or close.kind == TAIL:
        return
    run(conn, "cure/insert_present", close_key=close.key)
    season = read_season(conn, plan, calendar, close)
    presence = read_presence(fetch(conn, "cure/select_present", close_key=close.key), season)
    rules = plan.rules.cure
    now = there_now(presence, rules.fresh_closes, rules.equipment_days)
    lines = forces_there(plan, close.day, _reported(calendar, season, presence, rules.fresh_closes))
    run_many(
        conn,
        "cure/insert_force",
        [
            {"close_key": close.key, "place": place, **vars(line), "missing": line.missing}
            for place, line in enumerate(lines)
        ],
    )
    found = foreseen(season, plan.rules, Roadmaps.of(plan))
    if found is not None:
        until, courses = found
        per_person = worth(in_day(season.done["entered"]), presence.total, season.units.area, rules.own_days)
        scanned = season.done["scanned"][:, -1] >= season.units.books
        need = needs(courses, per_person, now, ~scanned, rules.wanted_chance)
        run_many(conn, "cure/insert_need", list(_needs(close, season, until, courses, per_person, now, need)))
        board = _board(plan, close, season, now, per_person, courses)
        run_many(conn, "cure/insert_proposal", list(_proposals(close, board, plan)))
    steps = fetch(conn, "cure/select_told", close_key=close.key)
    run_many(conn, "cure/insert_effect", list(_effects(plan, close, season, presence, steps)))


def read_presence(rows: Iterable[RowMapping], season: Season) -> Presence:
    """Reports as arrays, in the order of the season's registries and closes.

    Args:
        rows: of `cure.present`.
        season: what is judged.
    """
    at = {code: place for place, code in enumerate(season.units.codes)}
    on = {key: place for place, key in enumerate(season.keys)}
    shape = len(at), len(on)
    people = np.full((*shape, len(KINDS)), np.nan)
    computers, scanners, internet = (np.full(shape, np.nan) for _ in range(3))
    for row in rows:
        unit, close = at.get(row["registry_code"]), on.get(row["close_key"])
        if unit is None or close is None:  # of a plan that has changed since
            continue
        people[unit, close] = [_number(row[kind]) for kind in KINDS]
        computers[unit, close] = _number(row["computers"])
        scanners[unit, close] = _number(row["scanners"])
        internet[unit, close] = _number(row["internet_ok"])
    return Presence(people, computers, scanners, internet)


def _reported(calendar: Calendar, season: Season, presence: Presence, fresh_closes: int) -> Reported:
    days = [calendar.close(key).day for key in season.keys]
    return Reported(season.units.codes, days, presence.people, fresh_closes)


def _number(value: int | None) -> float:
    return np.nan if value is None else float(value)


def _needs(
    close: Close, season: Season, until: datetime, courses: Courses, per_person: Worth, now: Now, need: Need
) -> Iterator[dict[str, Any]]:
    chances = courses.chances()
    remaining = season.units.work - known_now(season, "entered")
    for place in np.flatnonzero(courses.remaining > 0).tolist():
        yield {
            "close_key": close.key,
            "registry_code": season.units.codes[place],
            "until": until,
            "remaining": float(remaining[place]),
            "chance": float(chances[place]),
            "needed_per_day": float(remaining[place]) / max(courses.days, 1.0),
            "per_person_day": _known(per_person.per_person_day, place),
            "days_known": int(per_person.days[place]),
            "mixed": bool(per_person.mixed[place]),
            "people": _whole(now.people, place),
            "computers": _whole(now.computers, place),
            "more_people": _whole(need.more_people, place),
            "days": need.days,
            "more_computers": _whole(need.computers, place),
            "computers_first": bool(need.computers_first[place]),
            "no_scanner": bool(need.no_scanner[place]),
            "offline": bool(need.offline[place]),
        }


def _board(plan: Plan, close: Close, season: Season, now: Now, per_person: Worth, courses: Courses) -> Board:
    units = season.units
    near = [[other in plan.neighbours_of(code) for other in units.area_codes] for code in units.area_codes]
    return Board(
        codes=units.codes,
        area=units.area,
        near=np.array(near, dtype=np.bool_),
        border=np.array([plan.units[code].border for code in units.codes], dtype=np.bool_),
        by_kind=now.by_kind,
        people=now.people,
        stay=days_promised(plan, close.day, units.codes),
        per_person_day=per_person.per_person_day,
        courses=courses,
    )


def _proposals(close: Close, board: Board, plan: Plan) -> Iterator[dict[str, Any]]:
    for place, proposal in enumerate(propose(board, plan.rules.cure)):
        for move in proposal.moves:
            yield {
                "close_key": close.key,
                "place": place,
                "receiver": proposal.receiver,
                **vars(move),
                "chance_before": proposal.before,
                "chance_after": proposal.after,
            }


def _effects(
    plan: Plan, close: Close, season: Season, presence: Presence, steps: Iterable[RowMapping]
) -> Iterator[dict[str, Any]]:
    """What became of acts whose time after ends with this close."""
    rules = plan.rules.cure
    on = {key: place for place, key in enumerate(season.keys)}
    at = {code: place for place, code in enumerate(season.units.codes)}
    told_of = np.zeros((len(at), len(on)), dtype=np.bool_)
    for row in steps:
        if row["registry_code"] in at and row["close_key"] in on:
            told_of[at[row["registry_code"]], on[row["close_key"]]] = True
    work = plan.rules.pace.finished_share * season.units.work
    days = np.array([instant.timestamp() / SECONDS_A_DAY for instant in season.instants])
    acts = (reinforced(presence.total, rules.rise_people), escalated(told_of))
    found = (effects(act, season.done["entered"], work, days, rules) for act in acts)
    for effect in chain.from_iterable(found):
        yield _effect(close, season, effect)


def _effect(close: Close, season: Season, effect: Effect) -> dict[str, Any]:
    return {
        "close_key": close.key,
        "kind": effect.kind,
        "registry_code": season.units.codes[effect.place],
        "event_key": season.keys[effect.close],
        "before_per_day": effect.before,
        "after_per_day": effect.after,
        "ratio": effect.ratio,
        "alike_ratio": None if np.isnan(effect.alike) else effect.alike,
        "alike": effect.units,
    }


def _known(figures: Floats, place: int) -> float | None:
    return None if np.isnan(figures[place]) else float(figures[place])


def _whole(figures: Floats, place: int) -> int | None:
    return None if np.isnan(figures[place]) else int(figures[place])
