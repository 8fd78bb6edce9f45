"""An evening of the ladder in the campaign database: decided from what was frozen, and frozen itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, RowMapping

from include.campaign.days import FINAL, TAIL, Calendar, Close
from include.campaign.ladder.episodes import Episode, PastEvening, Step, paths_of, replay
from include.campaign.ladder.evening import Decision, Evening, Held, Verdict, decide_evening
from include.campaign.ladder.following import explain_flags, follow_difficulties
from include.campaign.pace.judgement import Flag
from include.campaign.plan import Plan
from include.campaign.told import told
from include.campaign.warehouse import fetch, fetch_one, run, run_many

ALL = ""
"""Stands for all registries where one is named."""


def step_ladder(conn: Connection, plan: Plan, calendar: Calendar, close: Close) -> Verdict | None:
    """Freeze who is told of which flagged registry at a close; once they have been told, that stays on record.

    A vacancy of a unit's head falls to the deputy, then to the district (`plan.contact`).

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: rules, posts, kinds of difficulties.
        calendar: the campaign's days.
        close: a close that was judged.

    Returns:
        what the ladder did; None in the tail, which has no ladder, and where the letters went out without it: a step
        that nobody can be told of any more is none.
    """
    if close.kind == TAIL:
        return None
    frozen = fetch_one(conn, "select_report_evening", close_key=close.key)
    if told(conn, close):
        return Verdict(frozen["verdict"]) if frozen is not None else None
    follow_difficulties(conn, plan, close)
    flags = _flags(conn, close)
    explained = explain_flags(conn, plan, close, flags)
    looked_at = fetch(conn, "ladder/select_judged", close_key=close.key)
    evening = Evening(
        key=close.key,
        day_number=calendar.day_number(close.day),
        judged=frozenset(row["registry_code"] for row in looked_at if row["judged"]),
        held=held_on(conn, plan, close),
        explained=explained,
        same_day=close.kind == FINAL,
    )
    steps_before = fetch(conn, "ladder/select_steps", close_key=close.key)
    before = episodes_before(conn, plan, close, steps_before)
    apart = frozenset(row["registry_code"] for row in looked_at if row["apart"])
    decision = decide_evening(evening, flags, before, paths_of(plan, apart), plan.rules.ladder)
    _freeze(conn, plan, close, decision, before, steps_before)
    return decision.verdict


def _flags(conn: Connection, close: Close) -> list[Flag]:
    run(conn, "ladder/clear_explanations", close_key=close.key)
    return [
        Flag(row["registry_code"], row["kind"], row["stage"], row["owner"], {}, row["streak"])
        for row in fetch(conn, "ladder/select_flags", close_key=close.key)
    ]


def episodes_before(
    conn: Connection, plan: Plan, close: Close, steps: Sequence[RowMapping] | None = None
) -> dict[str, Episode]:
    """Episodes as the evenings before a close leave them, by registry.

    Args:
        conn: campaign database.
        plan: the kinds that climb.
        close: the close.
        steps: of earlier evenings (`select_steps`), where they were fetched already.
    """
    fetched = fetch(conn, "ladder/select_steps", close_key=close.key) if steps is None else steps
    steps_of = {key: list(rows) for key, rows in groupby(fetched, key=lambda row: str(row["close_key"]))}
    rows = fetch(conn, "ladder/select_evenings", close_key=close.key, kinds=list(plan.rules.ladder.kinds))
    return replay(
        _evening(key, list(found), steps_of.get(key, []))
        for key, found in groupby(rows, key=lambda row: str(row["close_key"]))
    )


def _evening(key: str, rows: Sequence[RowMapping], steps: Iterable[RowMapping]) -> PastEvening:
    def codes(of: str) -> frozenset[str]:
        return frozenset(row["registry_code"] for row in rows if row[of])

    return PastEvening(
        key=key,
        judged=frozenset(row["registry_code"] for row in rows),
        flagged=codes("flagged"),
        counted=codes("counted"),
        steps=[_step(row) for row in steps],
        ended=codes("ended"),
    )


def _step(row: RowMapping) -> Step:
    # Whose post it was does not matter any more: what was told is known by level.
    return Step(
        row["close_key"],
        row["registry_code"],
        row["level"],
        row["told_unit"],
        "head",
        row["episode_key"],
        row["difficulty_id"],
    )


def held_on(conn: Connection, plan: Plan, close: Close) -> dict[str, Held]:
    """By registry, why nobody is told of it on a close's day: a silence, which is stronger, or an acknowledgement."""
    held: dict[str, Held] = {}
    for row in fetch(conn, "ladder/select_held", day=close.day):
        codes = plan.registry_codes if row["registry_code"] == ALL else {row["registry_code"]}
        for code in codes:
            if held.get(code) != "silenced":
                held[code] = row["held"]
    return held


def _freeze(
    conn: Connection,
    plan: Plan,
    close: Close,
    decision: Decision,
    before: Mapping[str, Episode],
    steps_before: Sequence[RowMapping],
) -> None:
    run(
        conn,
        "upsert_evening",
        close_key=close.key,
        judged=decision.judged,
        flagged=decision.flagged,
        newly=decision.newly,
        verdict=decision.verdict,
    )
    run(conn, "delete_steps", close_key=close.key)
    run(conn, "ladder/delete_climbs", close_key=close.key)
    run(conn, "ladder/delete_ends", close_key=close.key)
    run_many(conn, "ladder/insert_climb", [_climb(close, code, decision, before) for code in decision.outcomes])
    run_many(conn, "insert_step", [_told(plan, close, step) for step in decision.steps])
    # Exactly those who were told: not who holds the post now, and not an address that no letter reached.
    reached = {
        (row["close_key"], row["registry_code"], row["level"], row["difficulty_id"]): row
        for row in steps_before
        if row["reached"]
    }
    ends = [
        (end, reached[step.close_key, step.registry_code, step.level, step.difficulty])
        for end in decision.ends
        for step in end.told
        if (step.close_key, step.registry_code, step.level, step.difficulty) in reached
    ]
    run_many(
        conn,
        "ladder/insert_end",
        [
            {
                "close_key": close.key,
                "registry_code": end.registry_code,
                "episode_key": end.episode.start,
                **{name: row[name] for name in ("told_unit", "told_office", "told_address")},
            }
            for end, row in ends
        ],
    )


def _climb(close: Close, code: str, decision: Decision, before: Mapping[str, Episode]) -> dict[str, Any]:
    episode = decision.episodes.get(code) or before[code]
    return {
        "close_key": close.key,
        "registry_code": code,
        "episode_key": episode.start,
        "in_row": episode.row,
        "counted": episode.counted,
        "outcome": decision.outcomes[code],
    }


def _told(plan: Plan, close: Close, step: Step) -> dict[str, Any]:
    contact = plan.holder(step.unit_code, "line", close.day) if step.post == "line" else None
    contact = contact or plan.contact(step.unit_code, step.post, close.day)
    return {
        "close_key": close.key,
        "registry_code": step.registry_code,
        "level": step.level,
        "told_unit": contact.unit_code,
        "told_office": contact.office,
        "told_address": contact.email,
        "episode_key": step.episode,
        "difficulty_id": step.difficulty,
    }
