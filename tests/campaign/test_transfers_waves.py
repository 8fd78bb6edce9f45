"""Back-off, the breaker and the size of waves as rules; and waves as they are sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from include.campaign.endpoint import Endpoint
from include.campaign.plan.rules import Breaker as BreakerRules
from include.campaign.plan.rules import Requeue
from include.campaign.transfers.breaker import Breaker, Evidence, after, cap
from include.campaign.warehouse import engine
from tests.campaign.scene import HOME, OTHER, Scene
from tests.campaign.transfer_scene import (
    DOWN,
    a_run,
    accepted,
    decisions,
    failed,
    fails_again,
    opened,
    put_back,
    read_and_decide,
    waves,
    with_rules,
)

COUNT = st.integers(0, 100_000)
RULES = st.builds(
    Requeue,
    wave_cap=st.integers(1_000, 50_000),
    probe=st.integers(1, 1_000),
    breaker=st.builds(
        BreakerRules,
        failures=st.integers(1, 500),
        share=st.floats(0.05, 0.95),
        opening_shares=st.lists(st.floats(0.05, 0.95), max_size=4).map(tuple),
    ),
)
EVIDENCE = st.builds(
    Evidence, answered=COUNT, fell=COUNT, accepted=COUNT, put_back=COUNT, put_back_now=st.integers(0, 100)
)


@st.composite
def breakers(draw: st.DrawFn, rules: Requeue) -> Breaker:
    """Any breaker that these rules can come to."""
    steps = len(rules.breaker.opening_shares)
    opening = [Breaker("opening", step + 1) for step in range(steps)]
    return draw(st.sampled_from([Breaker(), Breaker("open"), *opening]))


@given(data=st.data(), rules=RULES, seen=EVIDENCE)
def test_a_wave_is_never_larger_than_the_plan_and_what_was_lately_accepted_let_it_be(
    data: st.DataObject, rules: Requeue, seen: Evidence
) -> None:
    breaker = data.draw(breakers(rules))
    size = cap(breaker, seen, rules)
    assert 0 <= size <= min(rules.wave_cap, max(rules.probe, seen.accepted))
    assert size + seen.put_back <= max(seen.accepted, rules.probe + seen.put_back)
    if breaker.state == "open":
        assert size <= rules.probe
    if not seen.put_back_now:
        assert size >= rules.probe, "a few always go, or nothing would ever be found out"


@given(data=st.data(), rules=RULES, seen=EVIDENCE)
def test_the_breaker_follows_the_share_that_fails(data: st.DataObject, rules: Requeue, seen: Evidence) -> None:
    before = data.draw(breakers(rules))
    found = after(before, seen, rules)
    down = seen.fell > rules.breaker.share * (seen.fell + seen.answered)
    assert found.state != "opening" or 1 <= found.step <= len(rules.breaker.opening_shares)
    assert not (down and seen.fell >= rules.breaker.failures) or found.state == "open"
    if not down:
        assert before.state != "closed" or found == before
        assert found.state != "open" or (before.state == "open" and not seen.answered)
    if not seen.answered and not seen.fell:
        assert found == before, "nothing seen changes nothing"


@given(rules=RULES, answers=st.lists(st.integers(1, 1_000), min_size=5, max_size=5))
def test_answers_alone_close_an_open_breaker_step_by_step(rules: Requeue, answers: list[int]) -> None:
    breaker, steps = Breaker("open"), []
    for answered in answers:
        breaker = after(breaker, Evidence(answered, 0, answered, 0, 0), rules)
        steps.append(breaker.step)
    assert breaker == Breaker()
    opening = len(rules.breaker.opening_shares)
    assert steps[: opening + 1] == [*range(1, opening + 1), 0]


@settings(deadline=None)
@given(
    entry_id=st.integers(0, 2**62), made=st.integers(1, 500), first=st.integers(0, 600), longer=st.integers(0, 5_000)
)
def test_the_wait_doubles_up_to_the_longest_less_up_to_a_half_by_lot(
    waits: Endpoint, entry_id: int, made: int, first: int, longer: int
) -> None:
    longest = first + longer
    given_by = {"entry": entry_id, "made": made, "first": first, "longest": longest}
    with engine(waits).connect() as conn:
        query = text("select transfers.wait('09101', :entry, cast(:made as integer), :first, :longest)")
        wait, again = (conn.execute(query, given_by).scalar_one() for _ in range(2))
    full = timedelta(minutes=min(first * 2 ** min(made - 1, 40), longest))
    assert wait == again, "the same for the same entry and time"
    assert full / 2 - timedelta(milliseconds=1) <= wait <= full + timedelta(milliseconds=1)


def test_what_failed_together_does_not_come_back_together(waits: Endpoint) -> None:
    query = (
        "select count(distinct date_trunc('minute', timestamptz '2025-03-05' + w)), avg(w),"
        " stddev(extract(epoch from w))"
        " from (select transfers.wait('09101', n, 5, 30, 480) as w from generate_series(1, 5000) as n) as x"
    )
    with engine(waits).connect() as conn:
        minutes, mean, spread = conn.execute(text(query)).one()
    assert minutes > 230, "spread over all of the four hours from a half of eight hours to the whole"
    assert abs(mean - timedelta(hours=6)) < timedelta(minutes=5)
    assert 60 < spread / 60 < 80


@pytest.fixture(scope="module")
def waits(pg_server: Endpoint, campaign_template: str) -> Endpoint:
    """A campaign database for the functions alone."""
    endpoint = replace(pg_server, database="campaign_waits")
    with engine(pg_server).connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text(f"create database {endpoint.database} template {campaign_template}"))
    return endpoint


# ---------------------------------------------------------------------------------------------------- in the registries


@pytest.fixture
def ready(scene: Scene) -> Scene:
    opened(scene)
    rules = Requeue(probe=2, wave_cap=6, breaker=BreakerRules(failures=3, opening_shares=(0.5,)))
    return replace(scene, plan=with_rules(scene.plan, rules))


def test_a_wave_takes_the_oldest_over_the_whole_province_and_the_rest_waits(ready: Scene) -> None:
    ready.book(OTHER, 1)
    for entry_id, home, sent in ((1, HOME, "03 12:00"), (2, HOME, "03 09:00"), (3, OTHER, "03 08:00")):
        failed(ready, entry_id, home=home, sent=sent)
    failed(ready, 4, sent="04 09:00")
    assert read_and_decide(ready, "05 18:00") == 2
    assert decisions(ready, "registry_code, entry_id") == [(OTHER, 3), (HOME, 2)]
    assert waves(ready, "breaker, cap, due, chosen, waiting, lately_accepted") == [("closed", 2, 4, 2, 2, 0)]
    put_back(ready)
    assert read_and_decide(ready, "05 20:00") == 2
    assert decisions(ready, "registry_code, entry_id")[2:] == [(HOME, 1), (HOME, 4)]


def test_a_wave_is_as_large_as_what_was_lately_accepted_and_never_above_the_cap(ready: Scene) -> None:
    for number in range(4):
        ready.receipt(100 + number, HOME, f"x{number}", "05 09:00")
    for entry_id in range(1, 20):
        failed(ready, entry_id)
    a_run(ready, "05 18:00")
    for number in range(50):
        ready.receipt(200 + number, HOME, f"y{number}", "05 19:00")
    a_run(ready, "05 20:00")
    assert waves(ready, "cap, chosen, lately_accepted") == [(4, 4, 4), (6, 6, 54)]


def test_what_went_back_lately_is_taken_off_the_next_wave(ready: Scene) -> None:
    for number in range(5):
        ready.receipt(100 + number, HOME, f"x{number}", "05 09:00")
    for entry_id in range(1, 20):
        failed(ready, entry_id)
    for instant in ("05 18:00", "05 20:00", "06 07:00"):
        a_run(ready, instant)
    assert waves(ready, "cap, chosen") == [(5, 5), (2, 2), (2, 2)], "five were accepted in a day: five, then probes"


def test_decisions_not_carried_out_yet_come_first_and_count(ready: Scene) -> None:
    for entry_id in range(1, 4):
        failed(ready, entry_id)
    gone: dict = {HOME: replace(ready.registries[HOME], host="127.0.0.1", port=1)}
    read_and_decide(ready, "05 18:00")
    assert put_back(ready, gone).untold == 2
    a_run(ready, "05 20:00")
    assert waves(ready, "cap, carried, chosen, due") == [(2, 0, 2, 3), (2, 2, 0, 1)]
    a_run(ready, "05 22:00")
    assert waves(ready, "carried, chosen")[-1] == (0, 1)


def test_while_the_receiving_side_is_down_only_probes_go_and_it_is_opened_in_steps(ready: Scene) -> None:
    for entry_id in range(1, 41):
        failed(ready, entry_id, sent="05 17:30")
    for number in range(10):
        ready.receipt(100 + number, HOME, f"x{number}", "05 12:00")
    a_run(ready, "05 18:00")
    fails_again(ready, DOWN, sent="05 19:30")
    a_run(ready, "05 20:00")
    assert waves(ready, "breaker, chosen") == [("open", 2), ("open", 2)]
    probes = [row[0] for row in decisions(ready, "entry_id")][2:]
    assert not set(probes) & {1, 2}, "what has just failed again waits; others are tried"
    for entry_id in probes:
        accepted(ready, entry_id, entry_id, "05 21:00")
    a_run(ready, "05 22:00")
    assert waves(ready, "breaker, step, cap")[-1] == ("opening", 1, 2), "half of what was accepted, less what went back"
    for number in range(40):
        ready.receipt(200 + number, HOME, f"y{number}", "05 23:00")
    a_run(ready, "06 00:00")
    assert waves(ready, "breaker, step, cap")[-1] == ("closed", 0, 6)


def test_a_breaker_that_opens_again_while_opening(ready: Scene) -> None:
    for entry_id in range(1, 21):
        failed(ready, entry_id, sent="05 17:30")
    a_run(ready, "05 18:00")
    for entry_id in (1, 2):
        accepted(ready, entry_id, entry_id, "05 19:00")
    a_run(ready, "05 20:00")
    fails_again(ready, DOWN, sent="05 21:30")
    a_run(ready, "05 22:00")
    assert waves(ready, "breaker") == [("open",), ("opening",), ("open",)]


def test_entries_that_fail_again_and_again_while_others_are_taken_do_not_open_it(ready: Scene) -> None:
    for entry_id in range(1, 4):
        failed(ready, entry_id, sent="03 09:00")
    for number in range(10):
        ready.receipt(100 + number, HOME, f"x{number}", "05 09:00")
    for day in ("05", "06", "07", "08", "09", "10"):
        for number in range(4):
            ready.receipt(int(day) * 100 + number, HOME, f"{day}-{number}", f"{day} 17:30")
        a_run(ready, f"{day} 18:00")
        fails_again(ready, DOWN, sent=f"{day} 18:30")
    ready.registry(HOME, "update sohoa.transfer set sent_at = '2025-03-11 17:30+07'")
    a_run(ready, "11 18:00")
    assert waves(ready, "breaker, fell")[-1] == ("closed", 0)


def test_probes_a_day_ago_count_where_the_last_hours_say_nothing(ready: Scene) -> None:
    for entry_id in range(1, 11):
        failed(ready, entry_id, sent="05 17:30")
    a_run(ready, "05 18:00")
    for entry_id in (1, 2):
        accepted(ready, entry_id, entry_id, "05 19:00")
    a_run(ready, "06 18:00")
    assert waves(ready, "breaker, answered, fell") == [("open", 0, 10), ("opening", 2, 0)]
