"""Any order of failing, losing answers, accepting, deciding, crashing, redriving and confirming: never sent in vain.

Real registry, ledger and campaign database; what the registry's own log says is held against a model in Python.
Profiles of Hypothesis as in test_machine.py.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test

from include.campaign.duplicates.acts import Act, Refusals, lock_duplicates, record_acts
from include.campaign.duplicates.cases import refresh_cases
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.pull import ReadingContext, pull_ledger, pull_registries
from include.campaign.reconcile.matching import pair_receipts
from include.campaign.redrive import Choice, Refusal, ask_redrive
from include.campaign.transfers import decide, requeue
from include.campaign.warehouse import engine
from tests.campaign.machine_sources import Stage, picks
from tests.campaign.scene import HOME, RULES
from tests.campaign.test_machine import PROFILE
from tests.campaign.transfers_sources import EVENTS, FAILING, WAYS, Outside

DAY = "2025-03-05"
BUDGETS = {"remote_down": 1, "throttled": 1, "ambiguous": 2, "correctable": 2}
PROBE = 3
COLUMNS = (
    *("decision_id", "entry_id", "requeue_key", "rule", "action", "state", "attempt_no", "settled_at", "receipt_id"),
    *("redrive_id", "outcome"),
)
PROPOSER, CONFIRMER = "cán bộ một", "cán bộ hai"


class Transfers(Outside):
    @initialize()
    def begin_deciding(self) -> None:
        self.attempts = 0
        self.seen: frozenset[int] = frozenset()  # received, as the ledger read for the last decisions shows
        self.leave = False
        self.confirmed: set[int] = set()
        self.log: set[tuple[int, str]] = set()
        self.settled: dict[int, tuple] = {}

    # ------------------------------------------------------------------------------------ what the campaign does

    def _read(self, registry: bool, ledger: bool) -> str:
        self.attempts += 1
        attempt = f"attempt-{self.attempts}"
        context = ReadingContext(attempt, None, self.now)
        if registry:
            asyncio.run(pull_registries(self.stage.campaign, {HOME: self.stage.registry}, RULES, context))
        if ledger:
            asyncio.run(pull_ledger(self.stage.campaign, self.stage.ledger, RULES, context))
        return attempt

    @rule(registry=st.sampled_from((True, True, True, False)), ledger=st.sampled_from((True, True, True, False)))
    def decide(self, registry: bool = True, ledger: bool = True) -> None:
        """Read and decide. The effect comes later, or never."""
        attempt = self._read(registry, ledger)
        known = self._decisions()
        shown = self.visible()
        with engine(self.stage.campaign).begin() as conn:
            decide(conn, self.stage.plan, DAY, self.now, attempt)
        new = {key: row for key, row in self._decisions().items() if key not in known}
        self.leave = registry and ledger
        if not self.leave:
            assert new == {}, "nothing is decided without both readings"
            return
        self.seen = shown
        for row in new.values():
            self._assert_right(row)
        self._assert_settled_when_seen()
        self._assert_wave(attempt, sum(row["action"] == "put_back" for row in new.values()))

    @rule(
        ways=st.lists(st.sampled_from(WAYS), min_size=1, max_size=6),
        hours=st.sampled_from((1, 4, 9)),
        meanwhile=st.sampled_from((None, None, *EVENTS)),
        number=picks,
        then=st.sampled_from(("put back", "die", "nothing")),
    )
    def a_run(self, ways: list[str], hours: int, meanwhile: str | None, number: int, then: str) -> None:
        """What is queued is sent; later comes a whole run, or one that is killed before or amid its effects."""
        self.the_ministry(ways)
        self.now += timedelta(hours=hours)
        self.decide(registry=True, ledger=True)
        self.one_open_decision_at_most()
        if meanwhile:
            self.something_happens(number, meanwhile)
        if then == "put back":
            self.put_back()
        elif then == "die":
            self.put_back_and_die(done=2)

    def _assert_right(self, row: dict[str, Any]) -> None:
        """A new decision, against what registry and ledger showed."""
        case = self.cases[row["entry_id"]]
        if row["action"] == "settle":
            assert case.entry_id in self.seen
            return
        assert case.entry_id not in self.seen, "received, as we could see"
        if row["action"] == "hold":
            assert case.error in ("REMOTE_REJECT", "NEVER_SEEN")
        elif row["rule"] == "redrive":
            assert not case.duplicate
        elif row["rule"] == "not a duplicate":
            assert case.entry_id in self.confirmed and case.duplicate
        else:
            assert case.error not in ("REMOTE_REJECT", "NEVER_SEEN", "DUP_RECORD", "DUP_PERSON")
            assert row["action"] == "poison" or row["attempt_no"] <= BUDGETS[row["outcome"]]

    def _assert_settled_when_seen(self) -> None:
        """What has no answer, and is seen to be received, is settled or still within the time that answers take."""
        settled = {row["entry_id"] for row in self._decisions().values() if row["action"] == "settle"}
        open_ones = {row["entry_id"] for row in self._decisions().values() if row["state"] == "decided"}
        timed_out = {case.entry_id for case in self.cases.values() if case.error == "REMOTE_TIMEOUT"}
        assert (timed_out & self.seen) - settled - open_ones == set()

    def _assert_wave(self, attempt: str, chosen: int) -> None:
        [wave] = self.stage.rows(
            "campaign", "select chosen, carried, cap, waiting from transfers.wave where run_id = %s", attempt
        )
        assert wave[0] == chosen
        assert chosen + wave[1] <= wave[2] <= max(PROBE, len(self.receipts))

    @rule(done=st.sampled_from((None, None, 1, 3)))
    def later(self, done: int | None) -> None:
        """The effects of what was decided some time ago, all or so many of them."""
        if done is None:
            self.put_back()
        else:
            self.put_back_and_die(done)

    def put_back(self) -> None:
        """Carry out what may be carried out."""
        self._watched(
            lambda: asyncio.run(
                requeue(
                    self.stage.campaign,
                    {HOME: self.stage.registry},
                    self.stage.plan.rules.requeue,
                    RULES,
                    DAY,
                    self.now,
                )
            )
        )

    def put_back_and_die(self, done: int) -> None:
        """The worker is killed after so many effects, before any is recorded."""
        cleared = self.stage.rows(
            "campaign",
            "select entry_id, requeue_key, why from transfers.decision where state = 'decided' and cleared_for = %s"
            " order by decision_id limit %s",
            DAY,
            done,
        )

        def tell() -> None:
            for entry_id, key, why in cleared:
                self.stage.rows("registry", "select * from sohoa.requeue(%s, %s, %s)", [entry_id], key, why)

        self._watched(tell)

    def _watched(self, effect: Callable[[], object]) -> None:
        """Whatever a registry was asked to put back, its log tells; it must have been right to."""
        effect()
        decisions = self._decisions()
        new = set(self.stage.rows("registry", "select entry_id, key from sohoa.requeue_log")) - self.log
        assert self.leave or not new, "nothing is put back without both readings"
        for entry_id, key in new:
            row, case = decisions[entry_id, key], self.cases[entry_id]
            assert entry_id not in self.seen, "received, as could be seen when leave was given"
            assert case.state in FAILING
            if case.duplicate:
                assert row["rule"] == "not a duplicate"
        self.log |= new
        self.note_put_back(new)

    # ------------------------------------------------------------------------------------ what people decide

    @rule(number=picks, both=st.sampled_from((True, True, False)))
    def confirm_no_duplicate(self, number: int, both: bool) -> None:
        """One proposes, and another confirms; the same person cannot."""
        self._refresh()
        found = self.stage.rows(
            "campaign",
            "select entry_id from transfers.duplicate where gone_key is null and state = 'open' order by entry_id",
        )
        if not found:
            return
        [entry_id] = found[number % len(found)]
        act = Act(HOME, entry_id, "propose", "not_duplicate", "sổ gốc có hai trang")
        if not self._acted(act, PROPOSER):
            return
        agreed = Act(HOME, entry_id, "confirm", "not_duplicate", "")
        assert not self._acted(agreed, PROPOSER)
        if both:
            assert self._acted(agreed, CONFIRMER)
            self.confirmed.add(entry_id)
        else:
            assert self._acted(Act(HOME, entry_id, "withdraw", None, "nhầm"), PROPOSER)

    def _refresh(self) -> None:
        self._read(True, True)
        with engine(self.stage.campaign).begin() as conn:
            pair_receipts(conn)
            lock_duplicates(conn)
            refresh_cases(conn, self.stage.plan.rules.duplicates, DAY, self.now)

    def _acted(self, act: Act, by: str) -> bool:
        try:
            with engine(self.stage.campaign).begin() as conn:
                return record_acts(conn, [act], by, self.now) == 1
        except Refusals:
            return False

    @precondition(lambda self: self.attempts)
    @rule(outcome=st.sampled_from((None, "unknown", "refused", "ambiguous", "remote_down")), rate=st.integers(1, 2))
    def redrive(self, outcome: str | None, rate: int) -> None:
        try:
            with engine(self.stage.campaign).begin() as conn:
                ask_redrive(conn, self.stage.plan, Choice(outcome=outcome), rate, "thử lại", CONFIRMER)
        except Refusal:
            return

    # ------------------------------------------------------------------------------------ what holds after every step

    def _decisions(self) -> dict[tuple[int, str], dict[str, Any]]:
        rows = self.stage.rows("campaign", f"select {', '.join(COLUMNS)} from transfers.decision")
        named = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        return {(row["entry_id"], row["requeue_key"]): row for row in named}

    @invariant()
    def every_effect_was_decided_and_none_is_denied(self) -> None:
        """What was put back is recorded so, or still open; what is recorded as put back was."""
        decisions = self._decisions()
        assert self.log <= decisions.keys()
        assert {decisions[place]["state"] for place in self.log} <= {"requeued", "decided"}
        assert {place for place, row in decisions.items() if row["state"] == "requeued"} <= self.log

    @invariant()
    def what_is_settled_stays_so(self) -> None:
        settled = {
            row["decision_id"]: tuple(row.values()) for row in self._decisions().values() if row["state"] != "decided"
        }
        assert self.settled.items() <= settled.items()
        self.settled = settled

    @invariant()
    def one_open_decision_at_most(self) -> None:
        open_ones = Counter(row["entry_id"] for row in self._decisions().values() if row["state"] == "decided")
        assert max(open_ones.values(), default=0) <= 1
        self.decided = set(open_ones)

    @invariant()
    def no_duplicate_goes_back_twice(self) -> None:
        once = Counter(entry for (entry, _), row in self._decisions().items() if row["rule"] == "not a duplicate")
        assert once.keys() <= self.confirmed
        assert max(once.values(), default=0) <= 1

    def teardown(self) -> None:
        """However a story went, the Ministry comes up: in a few days nothing is left that failed by its fault."""
        if not (hasattr(self, "settled") and hasattr(self, "cases")):
            return
        for _ in range(12):
            self.now += timedelta(hours=9)
            for case in list(self.cases.values()):
                if case.state == "queued":
                    self.send(case, "accepted")
            self.decide(registry=True, ledger=True)
            self.put_back()
        left = [
            case.entry_id
            for case in self.cases.values()
            if (case.state == "sent" or case.error in ("REMOTE_UNAVAILABLE", "REMOTE_THROTTLED", "REMOTE_TIMEOUT"))
            and case.entry_id not in self.seen
        ]
        poisoned = {entry for (entry,) in self.stage.rows("campaign", "select entry_id from transfers.poisoned")}
        assert set(left) <= poisoned
        assert [row for row in self._decisions().values() if row["state"] == "decided"] == []
        self.every_effect_was_decided_and_none_is_denied()
        self.what_is_settled_stays_so()


@pytest.fixture
def machine(
    campaign_db: Endpoint, make_source: Callable[[str], Endpoint], small_plan: Plan
) -> Iterator[type[Transfers]]:
    """Small budgets and small waves, so that stories reach their ends."""
    rules = small_plan.rules
    requeue_rules = rules.requeue.model_copy(update={"probe": PROBE})
    plan = replace(small_plan, rules=rules.model_copy(update={"requeue": requeue_rules}))
    with Stage(campaign_db, make_source("registry"), make_source("ministry"), plan).opened() as stage:
        for outcome, attempts in BUDGETS.items():
            stage.do("campaign", "update plan.outcome set attempts = %s where outcome = %s", attempts, outcome)
        yield type("TheTransfers", (Transfers,), {"stage": stage})


@pytest.mark.timeout(0)
def test_any_order_of_events(machine: type[Transfers]) -> None:
    run_state_machine_as_test(machine, settings=PROFILE)


def test_what_arrives_after_it_was_decided_is_not_sent_again(machine: type[Transfers]) -> None:
    """A story that is too rare to be found by chance each time."""
    story = machine()
    story.begin()
    story.begin_deciding()
    for _ in range(2):
        story.decide(registry=True, ledger=True)
        story.now += timedelta(hours=9)
    story.one_open_decision_at_most()
    waiting, seen = story.decided, story.visible()
    story.arrive_late(0)
    [arrived] = story.visible() - seen
    assert arrived in waiting
    story.decide(registry=True, ledger=True)
    story.put_back()
    assert arrived not in {entry for entry, _ in story.log}
    assert story.log
