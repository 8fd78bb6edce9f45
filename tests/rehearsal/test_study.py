"""The study: what the system would have seen, how it is judged evening by evening, and what is counted of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from include.campaign.days import Calendar
from include.campaign.ladder.episodes import Step
from include.campaign.pace.judgement import Flag, Judgement
from include.campaign.pace.season import Season
from include.campaign.plan import Plan, load_plan
from include.rehearsal.ailments import ail, befall
from include.rehearsal.build import build_history, first_receipts
from include.rehearsal.history import REMOTE_UNAVAILABLE, UNHEARD_FAILURE
from include.rehearsal.instants import DAY, NEVER, seconds
from include.rehearsal.matching import Matcher
from include.rehearsal.ministry import DOWN, Ministry
from include.rehearsal.misses import Outcome, entry_deadline
from include.rehearsal.province import province_of
from include.rehearsal.reading import Reading
from include.rehearsal.receipts import receipts_of
from include.rehearsal.self_reports import Expectation, verdicts_of
from include.rehearsal.state import FAILED, SENT, transfers
from include.rehearsal.study.__main__ import seeds
from include.rehearsal.study.blame import told_only_here
from include.rehearsal.study.counts import FIGURES, Registry
from include.rehearsal.study.evenings import Judged, Streaks, judge_evenings
from include.rehearsal.study.playing import play
from include.rehearsal.study.resending import resent
from include.rehearsal.study.returns import put_back_failures
from include.rehearsal.study.scores import (
    EVER,
    MADE,
    MISS,
    NAIVE,
    RECEIVED,
    RECEIVED_NEARLY,
    STANDING,
    Played,
    Tally,
    added,
    tally_of,
)
from include.rehearsal.study.sight import UNKNOWN, Sight, histories_of, sight_of
from include.rehearsal.study.table import result
from include.rehearsal.truth import DATED, figures_of
from tests.rehearsal.straight import straight_judge

ROOT = Path(__file__).resolve().parents[2]
SMALL = ROOT / "tests" / "plans" / "small"


@cache
def small() -> Plan:
    return load_plan(SMALL)


@cache
def sight(seed: int = 7) -> Sight:
    province = province_of(small(), seed, 1.0)
    histories = histories_of(province, Ministry(seed, province.start, province.horizon), seed, 1.0)
    return sight_of(small(), province, histories, seed, 1.0)


def straight(season: Season, before: Streaks) -> Judgement:
    return straight_judge(season, before, entry_deadline(small()))


@cache
def played(seed: int = 7) -> Played:
    return play(small(), "usual", seed, 1.0, straight)


# What the system would see


@pytest.mark.parametrize("day", [1, 5, 9, 20])
def test_a_registry_is_counted_as_the_truth_counts_it(day: int) -> None:
    seed, plan = 7, small()
    province = province_of(plan, seed, 1.0)
    ministry = Ministry(seed, province.start, province.horizon)
    histories = [build_history(leaf, province, ministry, seed, 1.0) for leaf in province.leaves]
    first_receipts(histories)
    befall(histories, ail([leaf.code for leaf in province.leaves], seed, province.start, 20))
    receipts = [receipts_of(history, seed) for history in histories]
    as_of = seconds(Calendar(plan.rules).closes()[day - 1].as_of)
    names = ("books_collected", "books_classified", "books_scanned", "entered", "attached", "reviewed", "received")
    true: dict[str, np.ndarray] = {history.code: np.zeros(len(names)) for history in histories}
    for code, _, phase, numbers in figures_of(
        Reading.of(Matcher(histories, province.meant_by), receipts, as_of), as_of
    ):
        if phase == 2:
            true[code] += [numbers[DATED.index(name)] for name in names]
    for history, of_history in zip(histories, receipts, strict=True):
        counts = Registry(history, of_history).read(as_of, as_of)
        assert (counts[:6] == true[history.code][:6]).all()
        # What no reader can tell apart is the world's to know: a few receipts at most.
        assert abs(counts[6] - true[history.code][6]) <= 3 + 0.02 * true[history.code][6]


def test_what_waits_for_others_and_what_the_unit_has_to_correct_are_parts_of_what_is_entered() -> None:
    figures = sight().truth  # in a gap that was filled later they are of the later moment
    parts = figures["received"] + figures["under_way"] + figures["refused"]
    assert (parts <= figures["entered"]).all()
    assert figures["under_way"].max() > 0
    assert figures["refused"].max() > 0
    assert (figures["received"] <= figures["answered"]).all()


def test_a_registry_behind_a_dead_line_is_unknown_until_it_is_read_again() -> None:
    seen = sight()
    places, closes = np.nonzero(seen.known_at > np.arange(len(seen.closes)))
    assert len(places)
    for place, close in zip(places.tolist(), closes.tolist(), strict=True):
        then = int(seen.known_at[place, close])
        assert seen.unread(close)[place]
        assert np.isnan(seen.season(close).done["entered"][place, close])
        assert not np.isnan(seen.season(close).done["received"][place, close]) or close == 0
        if then < UNKNOWN:
            assert np.isnan(seen.season(then - 1).done["entered"][place, close])
            assert seen.season(then).done["entered"][place, close] == seen.truth["entered"][place, close]
            assert seen.season(then).done["received"][place, close] >= seen.received_meanwhile[place, close]
    always = seen.always_read()
    assert not any(always.unread(close).any() for close in range(len(seen.closes)))
    assert not np.isnan(always.season(len(seen.closes) - 1).done["entered"]).any()


def test_a_season_knows_nothing_of_what_comes() -> None:
    seen = sight()
    for close in (0, 4, 12):
        season, later = seen.season(close), seen.season(len(seen.closes) - 1)
        assert season.keys == tuple(one.key for one in seen.closes[: close + 1])
        assert season.as_of == seen.closes[close].as_of
        known = ~np.isnan(season.done["entered"])
        assert (season.done["entered"][known] == later.done["entered"][:, : close + 1][known]).all()


def test_quotas_and_books_are_the_plans_and_the_registries() -> None:
    units = sight().units
    assert units.codes == tuple(registry.code for registry in small().registries)
    for place, code in enumerate(units.codes):
        quota = small().quota("plan37", code, "registry")
        assert units.own_quota[place] == (quota is not None)
        assert np.isnan(units.quota[place]) if quota is None else units.quota[place] == quota.cases
        assert units.area_codes[units.area[place]] == code[:3]
    # Closing totals are wrong in some books and lacking in others, which are estimated.
    papers = np.array([outcome.papers for outcome in played().outcomes])
    assert (np.abs(units.holdings - papers) < 0.1 * papers + 15).all()
    smaller = province_of(small(), 7, 0.5)
    histories = histories_of(smaller, Ministry(7, smaller.start, smaller.horizon), 7, 0.5)
    half = sight_of(small(), smaller, histories, 7, 0.5).units
    assert np.nansum(half.quota) == pytest.approx(np.nansum(units.quota) / 2, abs=len(units.codes))


def test_days_in_a_row_of_a_report_that_says_too_much_are_those_of_the_verdicts() -> None:
    seed, plan = 7, small()
    province = province_of(plan, seed, 1.0)
    ministry = Ministry(seed, province.start, province.horizon)
    histories = [build_history(leaf, province, ministry, seed, 1.0) for leaf in province.leaves]
    first_receipts(histories)
    receipts = [receipts_of(history, seed) for history in histories]
    expected = Expectation.of(plan)
    matcher = Matcher(histories, province.meant_by)
    hidden: dict[str, frozenset[str]] = {history.code: frozenset() for history in histories}
    said = {
        history.code: Registry(history, of_history).says_too_much(expected)
        for history, of_history in zip(histories, receipts, strict=True)
    }
    first = int(histories[0].reports.date[0])
    judged, over, otherwise = 0, 0, 0
    for number, close in enumerate(Calendar(plan.rules).closes()[:-1]):
        reading = Reading.of(matcher, receipts, seconds(close.as_of))
        for code, _, verdict in verdicts_of(reading, expected, [first + number], hidden):
            if verdict in ("over", "under", "matches"):
                judged += 1
                over += verdict == "over"
                otherwise += said[code][number] != (verdict == "over")
    assert over > 5
    assert otherwise <= 0.02 * judged  # where several entries could be of a receipt


def test_failures_through_the_receiving_side_go_back_once_it_is_up() -> None:
    province = province_of(small(), 7, 1.0)
    ministry = Ministry(7, province.start, province.horizon)
    left = []
    for leaf in province.leaves:
        history = build_history(leaf, province, ministry, 7, 1.0)
        at = province.end
        before = transfers(history, at)
        put_back_failures(history, ministry, 7)
        after = transfers(history, at)
        remote = (before.state == FAILED) & (before.error != UNHEARD_FAILURE) & (before.error >= REMOTE_UNAVAILABLE)
        remote &= (history.entries.poison == 0) & (history.entries.deleted > at)
        left.append((int(remote.sum()), int((remote & (after.state == FAILED)).sum())))
        unheard = before.error == UNHEARD_FAILURE
        assert (after.error[unheard] == UNHEARD_FAILURE).all()
    failed, still = np.sum(left, axis=0)
    assert failed > 20
    assert still < 0.1 * failed


def test_a_send_whose_answer_was_lost_goes_back_unless_it_was_received() -> None:
    lost = still = received = 0
    for seed in range(7, 12):
        province = province_of(small(), seed, 1.0)
        ministry = Ministry(seed, province.start, province.horizon)
        for leaf in province.leaves:
            history = build_history(leaf, province, ministry, seed, 1.0)
            before, known = transfers(history, province.end), history.received() < NEVER
            sent = history.attempts.rows(before.attempt)
            waits = (before.state == SENT) & (sent.sent < province.end - DAY) & (sent.queued > province.start)
            put_back_failures(history, ministry, seed)
            after = transfers(history, province.end)
            lost += int((waits & ~known).sum())
            still += int((waits & ~known & (after.state == SENT)).sum())
            received += int((waits & known).sum())
            last = history.attempts.rows(after.attempt)
            assert (last.sent[waits & known] == sent.sent[waits & known]).all()
    assert lost > 5
    assert still < 0.2 * lost
    assert received > 0


def test_a_ministry_without_outages_is_the_same_but_for_them() -> None:
    ministry = Ministry(3, 0, 31 * DAY)
    other = ministry.without_outages()
    assert ministry.outages()
    assert not other.outages()
    at = np.arange(0, 31 * DAY, 600)
    up = ministry.condition(at) != DOWN
    assert (other.condition(at)[up] == ministry.condition(at)[up]).all()
    assert (other.up_again(at) == at).all()


# Judging and counting


def test_streaks_are_handed_on_and_stand_while_a_registry_is_not_read() -> None:
    asked: list[tuple[Streaks, set[str]]] = []

    def noted(season: Season, before: Streaks) -> Judgement:
        judgement = straight(season, before)
        read = {code for code, can in zip(season.units.codes, judgement.judged, strict=True) if can}
        asked.append((dict(before), read))
        silent = tuple(Flag(code, "silent", None, "line", {}, 1) for code in season.units.codes if code not in read)
        return replace(judgement, flags=(*judgement.flags, *silent))

    judge_evenings(small(), sight(), noted)
    flagged: Streaks = {}
    kept = 0
    for number, (before, _) in enumerate(asked):
        assert {key: streak for key, streak in before.items() if key[1] == MISS} == flagged
        judgement = straight(sight().season(number), before)
        unread = {code for code, late in zip(sight().units.codes, sight().unread(number), strict=True) if late}
        now = {(flag.registry_code, flag.kind): flag.streak for flag in judgement.flags}
        kept += len(stays := {key: streak for key, streak in flagged.items() if key[0] in unread})
        flagged = stays | now
    assert kept
    assert max(streak for before, _ in asked for streak in before.values()) > 5


def flagging(codes: set[str], code_of_day: dict[int, set[str]], seed: int = 7) -> Played:
    """The played campaign as if it had flagged these on every day, or other ones on some days."""
    base = played(seed)
    evenings = []
    for number, evening in enumerate(base.evenings):
        now = code_of_day.get(number + 1, codes)
        flags = tuple(Flag(code, MISS, "entered", "unit", {}, 1) for code in sorted(now))
        evenings.append(replace(evening, judgement=replace(evening.judgement, flags=flags)))
    return replace(base, evenings=evenings)


def early(tally: Tally, way: str, day: int) -> tuple[float, ...]:
    return tuple(tally["early", way, day, what] for what in ("miss", "hit", "flagged"))


def test_hits_and_false_ones_are_counted_of_registries_with_a_quota() -> None:
    units = played().sight.units
    quota = [code for code, own in zip(units.codes, units.own_quota, strict=True) if own]
    none = next(code for code, own in zip(units.codes, units.own_quota, strict=True) if not own)
    late, in_time = quota[:3], quota[3:]
    outcomes = [Outcome(code, 100, 100, 100, 50 if code in (*late, none) else 100, 99.0) for code in units.codes]
    of_world = replace(flagging({*late[:2], in_time[0], none}, {2: {in_time[1]}}), outcomes=outcomes)
    tally = tally_of(of_world)
    assert early(tally, STANDING, 6) == (3, 2, 3)
    assert early(tally, EVER, 6) == (3, 2, 4)
    assert early(tally, NAIVE, 6)[0] == 3
    both = added([tally, tally])
    assert early(both, STANDING, 4) == (6, 4, 6)
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in result(both).splitlines()]
    assert ["6", STANDING, "6", "66.7 %", "6", "33.3 %"] in rows


def test_naive_line_and_brier_score_are_the_straight_lines() -> None:
    tally = tally_of(played())
    for day in (4, 6, 8):
        assert early(tally, NAIVE, day) == early(tally, STANDING, day)  # this judge knows nothing else
        assert tally["brier", "chance", day] == tally["brier", "naive", day]
        assert tally["brier", "n", day] > 0


def test_chances_are_held_against_what_came_by_what_was_told() -> None:
    tally = tally_of(played())
    for day in (4, 6, 8):
        # This judge is always sure: its squared errors are those that came in spite of it.
        told = [tuple(tally["reliability", MADE, day, place, which] for which in ("n", "came")) for place in range(7)]
        assert [n for n, _ in told[1:-1]] == [0] * 5
        assert told[0][0] + told[-1][0] == tally["brier", "n", day]
        assert told[0][1] + told[-1][0] - told[-1][1] == tally["brier", "chance", day]
    nearly, all_of_it = (
        sum(tally["reliability", what, 10, place, "came"] for place in range(7)) for what in (RECEIVED_NEARLY, RECEIVED)
    )
    assert nearly > all_of_it
    assert "| received, all but a twentieth | 18  |" in result(tally)


def test_an_interval_holds_when_the_close_falls_into_it() -> None:
    base = played()
    came = base.sight.figures["entered"]
    early_ones = 5  # nobody is near the end of the work
    sums = np.full(len(base.sight.units.area_codes) + 1, np.nan)

    def foretelling(low: float, high: float) -> Played:
        evenings = []
        for number, evening in enumerate(base.evenings[:early_ones]):
            interval = evening.judgement.intervals[0]
            true = np.concatenate([came[:, number + 1], sums])
            between = replace(interval, low=true + low, middle=true + 2, high=true + high, naive=true - 4)
            evenings.append(replace(evening, judgement=replace(evening.judgement, intervals=(between,))))
        rest = [
            replace(evening, judgement=replace(evening.judgement, intervals=()))
            for evening in base.evenings[early_ones:]
        ]
        return replace(base, evenings=[*evenings, *rest])

    for low, high, held, below in ((-1, 1, 1, 0), (1, 2, 0, 1), (-2, -1, 0, 0)):
        tally = tally_of(foretelling(low, high))
        for scope in ("registry", "registry still at work then"):
            n = tally["interval", scope, 1, "n"]
            assert n == sum(int((base.counted & ~base.sight.unread(number)).sum()) for number in range(early_ones))
            assert tally["interval", scope, 1, "held"] == held * n
            assert tally["interval", scope, 1, "below"] == below * n
            assert tally["interval", scope, 1, "middle"] == 2 * n
            assert tally["interval", scope, 1, "naive"] == 4 * n
        assert tally["interval", "district", 1, "n"] == 0


def test_units_that_are_finished_are_foretold_no_further_than_their_work() -> None:
    base = played()
    tally = tally_of(base)
    alive, every = (tally["interval", scope, 1, "n"] for scope in ("registry still at work then", "registry"))
    assert 0 < alive < every
    of_days = sum(count for key, count in tally.items() if key[0] == "interval of" and key[3] == "n")
    assert of_days == alive
    for scope, least in (("district", 2), ("province", 1)):
        assert tally["interval", scope, 1, "n"] >= least * 5


def test_only_what_another_world_does_not_tell_is_blamed_on_the_cause() -> None:
    def evening(*steps: tuple[str, str]) -> Judged:
        told = tuple(Step("2025-03-05", code, level, code, "head", "2025-03-05") for code, level in steps)
        base = played().evenings[4]
        return replace(base, decision=replace(base.decision, steps=told))

    here = [evening(("1", "unit"), ("2", "unit")), evening(("1", "district"), ("3", "owner"))]
    there = [evening(("2", "unit")), evening(("2", "district"), ("1", "unit"))]
    found = told_only_here(here, there, {"1", "2", "3"})
    assert [(one.step.registry_code, one.step.level) for one in found] == [("1", "district")]
    assert not told_only_here(here, there, {"2", "3"})
    assert len(told_only_here(here, [], {"1", "2", "3"})) == 3
    assert len(told_only_here(there, here, {"1", "2"})) == 1


def test_a_judge_that_takes_the_ministrys_queue_for_the_units_is_found_out() -> None:
    def of_what_is_received(season: Season, before: Streaks) -> Judgement:
        judgement = straight(season, before)
        waiting = season.done["attached"][:, -1] - season.done["received"][:, -1]
        late = judgement.judged & (waiting > 0.12 * season.units.quota)
        flags = tuple(
            Flag(code, "will_miss_transfer", "received", "unit", {}, 1)
            for code, is_late in zip(season.units.codes, late, strict=True)
            if is_late
        )
        return replace(judgement, flags=flags)

    found = [play(small(), "usual", seed, 1.0, of_what_is_received).blamed for seed in (5, 7, 8)]
    assert sum(len(one["outage of the Ministry"]) for one in found) > 0


def test_nothing_but_the_ministrys_doings_differs_when_sends_are_played_anew() -> None:
    province = province_of(small(), 7, 1.0)
    ministry = Ministry(7, province.start, province.horizon)
    other = ministry.without_outages()
    sooner, unavailable = 0, [0, 0]
    for history in histories_of(province, ministry, 7, 1.0):
        here, there = resent(history, ministry, 7), resent(history, other, 7)
        for name in ("created", "entered", "attached", "reviewed"):
            assert (getattr(here.entries, name) == getattr(there.entries, name)).all()
        for place, one in enumerate((here, there)):
            healthy = one.entries.poison[one.attempts.entry] == 0
            unavailable[place] += int((healthy & (one.attempts.outcome == REMOTE_UNAVAILABLE)).sum())
        both = np.maximum(here.received(), there.received()) < NEVER
        sooner += int((there.received()[both] < here.received()[both]).sum())
        received = [int((one.received() < NEVER).sum()) for one in (history, here)]
        assert received[1] == pytest.approx(received[0], rel=0.05)
    assert unavailable[0] > 20
    assert unavailable[1] == 0
    assert sooner > 50


def test_a_judge_that_takes_no_data_for_no_work_is_found_out() -> None:
    def naive_of_gaps(season: Season, before: Streaks) -> Judgement:
        filled = {stage: np.nan_to_num(figures) for stage, figures in season.done.items()}
        return straight(replace(season, done=filled), before)

    blamed = [play(small(), "usual", seed, 1.0, naive_of_gaps).blamed["dead line"] for seed in (5, 7, 8)]
    assert sum(map(len, blamed)) > 0
    assert all(MISS in one.kinds for found in blamed for one in found)


def test_figures_of_a_study_are_the_same_every_time() -> None:
    assert tally_of(play(small(), "other", 4, 0.5, straight)) == tally_of(play(small(), "other", 4, 0.5, straight))
    assert set(sight().figures) == set(FIGURES)


def test_seeds_are_read() -> None:
    assert seeds("1-3,7") == [1, 2, 3, 7]
    assert seeds("101-120") == list(range(101, 121))
