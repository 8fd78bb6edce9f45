"""What becomes of queued entries: rules that hold for every seed, at every instant, whatever is put back when."""

from __future__ import annotations

import copy
from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from include.rehearsal.build import build_history
from include.rehearsal.history import ACCEPTED, DUP_RECORD, REMOTE_UNAVAILABLE, History
from include.rehearsal.instants import DAY, HOUR, NEVER
from include.rehearsal.matching import Matcher
from include.rehearsal.ministry import DOWN, Ministry
from include.rehearsal.province import Leaf, Province
from include.rehearsal.reading import Reading
from include.rehearsal.receipts import receipts_of
from include.rehearsal.sending import put_back
from include.rehearsal.state import ABSENT, FAILED, OK, QUEUED, REJECTED, SENT, exists, transfers
from include.rehearsal.truth import DATED, figures_of

START = 1_740_762_000  # 1 March 2025, 00:00 in Hanoi
PROVINCE = Province(
    leaves=(),
    registers=("KS", "KT", "KH"),
    start=START,
    end=START + 20 * DAY,
    horizon=START + 31 * DAY,
    closes=(),
    utc_offset=7 * HOUR,
    timezone="Asia/Ho_Chi_Minh",
)
LEAF = Leaf("09101", own_district=False, border=False, phase_1=300, duplicates=15, phase_2=400, helpers=())
seeds = st.integers(0, 30)
instants = st.integers(START, START + 25 * DAY)


@cache
def _built(seed: int) -> tuple[History, Ministry]:
    ministry = Ministry(seed, PROVINCE.start, PROVINCE.horizon)
    return build_history(LEAF, PROVINCE, ministry, seed, 1.0), ministry


def built(seed: int) -> tuple[History, Ministry]:
    """A registry's history to play with."""
    history, ministry = _built(seed)
    return copy.deepcopy(history), ministry


def papers(history: History) -> list[tuple[int, int]]:
    """Book and number of every entry."""
    return list(zip(history.entries.book.tolist(), history.entries.number.tolist(), strict=True))


def assert_sound(history: History) -> None:
    """What may never be broken: the order of events, one receipt per paper, nothing sent that is deleted."""
    attempts, entries = history.attempts, history.entries
    assert (attempts.queued < attempts.sent).all()
    assert ((attempts.sent < attempts.answered) | (attempts.sent >= NEVER)).all()
    assert ((attempts.sent < attempts.received) | (attempts.received >= NEVER)).all()
    assert (np.diff(attempts.entry) >= 0).all()
    later = np.flatnonzero(attempts.entry[1:] == attempts.entry[:-1]) + 1
    assert (attempts.number[later] == attempts.number[later - 1] + 1).all()
    assert (attempts.queued[later] >= attempts.sent[later - 1]).all()
    assert (attempts.sent_before[later] == attempts.sent[later - 1]).all()
    received = attempts.rows(attempts.received < NEVER)
    paper = papers(history)
    assert len({paper[entry] for entry in received.entry.tolist()}) == len(received)
    assert ((attempts.sent >= NEVER) | (attempts.sent < entries.deleted[attempts.entry])).all()
    remote = attempts.rows(attempts.outcome >= REMOTE_UNAVAILABLE)
    assert (remote.answered < NEVER).all()
    for earlier, after in (
        ("created", "entered"),
        ("entered", "attached"),
        ("attached", "reviewed"),
        ("entered", "deleted"),
    ):
        assert (getattr(entries, earlier) <= getattr(entries, after)).all(), (earlier, after)
    scanned = history.books.scanned[entries.book]
    assert ((entries.attached >= NEVER) | (scanned <= entries.attached)).all()


@settings(max_examples=80, deadline=None)
@given(seeds, instants)
def test_every_history_is_sound_and_every_state_follows_from_it(seed: int, at: int) -> None:
    history, _ = built(seed)
    assert_sound(history)
    now = transfers(history, at)
    received = history.received()
    assert (received[now.state == OK] <= at).all()
    assert (received[now.state == QUEUED] > at).all()
    assert (now.state[~exists(history, at)] == ABSENT).all()
    assert ((now.error > 0) == (now.state >= REJECTED)).all()


@settings(max_examples=80, deadline=None)
@given(seeds, instants, st.integers(0, 5 * DAY))
def test_dated_figures_only_grow_but_for_what_is_deleted(seed: int, at: int, later: int) -> None:
    history, _ = built(seed)
    gone = int((exists(history, at) & ~exists(history, at + later)).sum())
    matcher, receipts = Matcher([history], {}), [receipts_of(history, seed)]

    def dated(instant: int) -> np.ndarray:
        reading = Reading.of(matcher, receipts, instant)
        return np.array([figures for *_, figures in figures_of(reading, instant)])[:, : len(DATED)].sum(axis=0)

    withdrawn = int(((receipts[0].cancelled > at) & (receipts[0].cancelled <= at + later)).sum())
    undone = int(((history.entries.unreviewed > at) & (history.entries.unreviewed <= at + later)).sum())
    grown = dated(at + later) - dated(at)
    allowed = np.array([0, 0, 0, gone, gone, gone + undone, gone, gone + withdrawn])
    assert (grown >= -allowed).all()


@settings(max_examples=80, deadline=None)
@given(seeds, instants, st.integers(1, 5 * DAY), st.randoms(use_true_random=False))
def test_what_is_put_back_is_sent_again_and_nothing_else_is_touched(seed, at, later, choice) -> None:
    history, ministry = built(seed)
    before = copy.deepcopy(history)
    state = transfers(before, at).state
    could = np.flatnonzero((state == FAILED) | (state == REJECTED) | (state == SENT)).tolist()
    chosen = np.array(sorted(choice.sample(could, min(len(could), 25))), dtype=np.int64)
    put_back(history, chosen, ["2025-03-05/a"] * len(chosen), at, ministry, seed)
    assert_sound(history)
    assert (transfers(history, at).state[chosen] == QUEUED).all()
    others = np.setdiff1d(np.arange(len(state)), chosen)
    for instant in (at, at + later):
        assert (transfers(history, instant).state[others] == transfers(before, instant).state[others]).all()
    was_received = before.received()
    there = was_received <= at
    assert (history.received()[there] == was_received[there]).all()
    answers = history.attempts.rows(np.isin(history.attempts.entry, chosen) & (history.attempts.queued == at))
    assert len(answers) == len(chosen)
    assert (answers.sent <= at + 2 * DAY).all()
    again = answers.rows(answers.outcome < REMOTE_UNAVAILABLE)
    before.attempts = before.attempts.rows(before.attempts.queued <= at)  # later ones do not come any more
    known = before.received()[again.entry] <= again.sent
    assert (again.outcome[known] == DUP_RECORD).all()
    # A second round on top: a registry can be asked again and again.
    state = transfers(history, at + later).state
    once_more = np.intersect1d(chosen, np.flatnonzero((state == FAILED) | (state == REJECTED)))
    put_back(history, once_more, ["2025-03-06/b"] * len(once_more), at + later, ministry, seed)
    assert_sound(history)
    assert (history.requeues.at[len(chosen) :] == at + later).all()


def test_repeated_resends_end_in_receipt_or_refusal() -> None:
    history, ministry = built(5)
    at = START + 6 * DAY
    while at < START + 24 * DAY:
        failed = np.flatnonzero(transfers(history, at).state == FAILED)
        put_back(history, failed, [f"at {at}"] * len(failed), at, ministry, 5)
        at += 12 * HOUR
    state = transfers(history, START + 29 * DAY).state
    assert (state == FAILED).sum() <= 3
    assert (history.attempts.number > 1).sum() > 10
    accepted_later = (
        (history.attempts.number > 1) & (history.attempts.outcome == ACCEPTED) & (history.attempts.key >= 0)
    )
    assert accepted_later.any()


@settings(max_examples=50, deadline=None)
@given(seeds, st.lists(st.integers(START - 5 * DAY, START + 40 * DAY), min_size=1))
def test_ministry_is_up_again_when_it_says_so(seed: int, at: list[int]) -> None:
    ministry = Ministry(seed, PROVINCE.start, PROVINCE.horizon)
    asked = np.array(at, dtype=np.int64)
    again = ministry.up_again(asked)
    assert (ministry.condition(again) != DOWN).all()
    assert (again[ministry.condition(asked) != DOWN] == asked[ministry.condition(asked) != DOWN]).all()
    assert (again - asked < 30 * HOUR).all()
