"""The truth about failures and what was put back: what plain SQL finds, and every special case comes out as it must."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from include.campaign.plan import Plan
from include.rehearsal.address import ServerAddress
from include.rehearsal.databases import TRUTH, registry_name
from include.rehearsal.world import World
from tests.rehearsal.conftest import MakeWorld
from tests.rehearsal.looking import gathered, log_in, rows

FAILURES = (Path(__file__).parent / "independent_failures.sql").read_text(encoding="utf-8")
TAKEN = datetime.fromisoformat("2025-03-10T18:00:00+07:00")
Failure = tuple[str, int]


def failures(address: ServerAddress, world: World, plan: Plan) -> dict[Failure, tuple[str, bool]]:
    """By registry and entry: what kind of failure, and whether a receipt is seen."""
    meaning = [
        (code, registry)
        for code in {*plan.registry_codes, *(row.old_code for row in plan.predecessors)}
        for registry in plan.registries_meant_by(code)
    ]
    with gathered(address, world, meaning) as sources:
        found = sources.execute(FAILURES, {"as_of": world.instant}).fetchall()
    return {(code, entry): (kind, seen) for code, entry, kind, seen in found}


def put_back(world: World, chosen: list[Failure], key: str) -> set[Failure]:
    """Ask the registries, as the system does; returns what they did."""
    done = set()
    for code in sorted({code for code, _ in chosen}):
        own = [entry for registry, entry in chosen if registry == code]
        try:
            conn = log_in(world, registry_name(code))
        except psycopg.OperationalError:  # its weather lets nobody in
            continue
        with conn:
            answers = conn.execute("select * from sohoa.requeue(%s, %s, 'thử lại')", [own, key]).fetchall()
        done |= {(code, entry) for entry, requeued, _ in answers if requeued}
    return done


def told(address: ServerAddress, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
    query = f"select registry_code, entry_id, {columns} from truth.put_back where {where} order by 1, 2"
    return rows(address, TRUTH, query)


@pytest.mark.timeout(180)
def test_what_was_put_back_is_told_as_it_was(make_world: MakeWorld, address: ServerAddress, small_plan: Plan) -> None:
    world = make_world(seed=7)
    world.move_to(TAKEN)
    before = failures(address, world, small_plan)
    counted = Counter((code, kind) for (code, _), (kind, seen) in before.items() if not seen)
    truth = rows(
        address,
        TRUTH,
        "select registry_code, outcome, entries from truth.failure_count where close_key = '2025-03-10'",
    )
    assert {(code, outcome): entries for code, outcome, entries in truth} == counted
    remote = ("remote_down", "throttled", "ambiguous")
    failing = rows(
        address,
        TRUTH,
        "select registry_code, entry_id, outcome, seen from truth.failure where close_key = '2025-03-10'",
    )
    assert {(code, entry): found for code, entry, *found in failing} == {
        place: [*found] for place, found in before.items() if found[0] in remote
    }
    assert {kind for _, kind in counted} == {
        *("remote_down", "throttled", "ambiguous", "correctable", "duplicate", "refused", "unknown")
    }
    done = put_back(world, list(before), "2025-03-10/all")
    world.move_to(TAKEN + timedelta(seconds=1))
    found = told(address, "outcome, was_visible, answer, put_at")
    assert found == [(*place, *before[place], "queued", TAKEN) for place in sorted(done)]
    assert any(seen for _, seen in before.values())
    world.move_to(TAKEN + timedelta(days=3))
    answers = {}
    for code in world.registry_codes:
        # Its own software sends some once more, under the same key.
        query = (
            "select entry_id, coalesce(error_code, state) from sohoa.transfer t join sohoa.entry e using (entry_id)"
            " where requeue_key is not null and (corrected_at is null or corrected_at < %s)"
        )
        answers |= {(code, entry): answer for entry, answer in rows(address, registry_name(code), query, [TAKEN])}
    found = {(code, entry): answer for code, entry, answer in told(address, "answer", "answer != 'deleted'")}
    assert len(answers) > 0.9 * len(found)
    assert {place: found[place] for place in answers} == answers
    received = told(address, "was_received", "received_at is not null")
    assert received and not any(was for *_, was in received), "the Ministry takes what it has not got, and nothing else"
    refused = dict(Counter(answer for *_, answer in told(address, "answer", "was_received")))
    assert refused.keys() & {"accepted"} == set(), refused
    assert refused["DUP_RECORD"] > 0


@pytest.mark.timeout(180)
def test_special_cases_come_out_as_they_must(make_world: MakeWorld, address: ServerAddress, small_plan: Plan) -> None:
    """All that failed is put back every other day: poison never comes through, what is no double does, at once."""
    world = make_world(seed=7)
    fates: dict[str, set[Failure]] = {}
    for code, entry, fate in rows(address, TRUTH, "select * from truth.fate"):
        fates.setdefault(fate, set()).add((code, entry))
    assert fates.keys() == {"poison", "patient", "single"}
    for day in range(0, 19, 2):
        world.move_to(TAKEN + timedelta(days=day - 8))
        put_back(world, list(failures(address, world, small_plan)), f"day {day}")
    world.move_to(world.instant + timedelta(days=1))
    outcomes: dict[Failure, list[tuple[str, str]]] = {}
    for code, entry, outcome, answer in told(address, "outcome, answer"):
        outcomes.setdefault((code, entry), []).append((outcome, answer))
    poisoned = [answer for place in fates["poison"] for _, answer in outcomes.get(place, ())]
    assert len(poisoned) > 10
    assert set(poisoned) <= {"REMOTE_TIMEOUT", "REMOTE_UNAVAILABLE", "queued", "sent"}
    once_suspected = [
        answers[-1] for place in fates["single"] if (answers := outcomes.get(place)) and answers[0][0] == "duplicate"
    ]
    assert "accepted" in {answer for _, answer in once_suspected}
    corrected = [answers[-1][1] for place in fates["patient"] if (answers := outcomes.get(place))]
    assert corrected.count("accepted") > 2
    never = [
        outcomes[place][-1][1]
        for place in outcomes.keys() - fates["single"]
        if ("duplicate", "DUP_PERSON") in outcomes[place]
    ]
    assert never and "accepted" not in never
