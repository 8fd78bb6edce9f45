"""One registry's outbox, its people, and a Ministry that accepts, refuses, fails and loses answers; a model of each.

The half of the state machine (test_transfers_machine.py) that the campaign control system has no say in.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from include.campaign.days import Calendar
from tests.campaign.machine_sources import Stage, picks
from tests.campaign.scene import HOME

UNSEEN = "somewhere-else"
"""A unit that no code of the plan means: nobody can tell whose its receipts are."""
REMOTE_FAULTS = ("REMOTE_UNAVAILABLE", "REMOTE_THROTTLED")
LOSSES = (
    "lost",
    "lost, told",
    "lost, arrived",
    "lost, told, arrived",
    "lost, arrived, unseen",
    "lost, told, arrived, unseen",
)
REFUSALS = ("BAD_DATE", "REMOTE_REJECT", "DUP_PERSON", "NEVER_SEEN")
WAYS = ("accepted", *REMOTE_FAULTS, *LOSSES, *REFUSALS)
"""How a send can end."""
EVENTS = (
    *(
        "enter",
        "correct",
        "correct",
        "delete",
        "answer_late",
        "arrive_late",
        "arrive_late",
        "queue_again",
        "queue_again",
    ),
    "cancel_a_receipt",
)
FAILING = ("failed", "rejected", "sent")


@dataclass
class Case:
    """An entry with its transfer as the registry holds it; `accepted` is not an answer that was lost."""

    entry_id: int
    state: str = "queued"
    error: str | None = None
    attempts: int = 0
    key: str | None = None

    @property
    def duplicate(self) -> bool:
        return self.error is not None and self.error.startswith("DUP_")


@dataclass
class Receipt:
    """A receipt of an entry; `seen` is whether it can be told to be its."""

    receipt_id: int
    entry_id: int
    seen: bool
    live: bool = True


class Outside(RuleBasedStateMachine):
    """What happens at the registry and at the Ministry. Each rule changes the database and the model alike."""

    stage: ClassVar[Stage]

    @initialize()
    def begin(self) -> None:
        self.stage.empty()
        self.stage.do("registry", "truncate sohoa.requeue_log")
        self.calendar = Calendar(self.stage.plan.rules)
        self.now = self.calendar.starts_at + timedelta(hours=8)
        self.cases: dict[int, Case] = {}
        self.receipts: list[Receipt] = []
        self.decided: set[int] = set()  # decided to go back, and not done yet
        self.stage.do(
            "registry",
            "insert into sohoa.book (book_id, register, opened_year, book_no, opened_by, phase, collected_at)"
            " values (1, 'KS', 2004, '01', %s, 2, %s)",
            HOME,
            self.now,
        )
        for _ in WAYS:
            self.enter()
        self.the_ministry(list(WAYS))

    # ------------------------------------------------------------------------------------ the registry

    # One rule for all of them: each rule is as likely as any other, and most are to be the campaign's.
    @rule(number=picks, what=st.sampled_from(EVENTS))
    def something_happens(self, number: int, what: str) -> None:
        getattr(self, what)(number)

    def enter(self, number: int = 0) -> None:
        case = Case(max(self.cases, default=0) + 1)
        self.cases[case.entry_id] = case
        self.stage.do(
            "registry",
            "insert into sohoa.entry (entry_id, book_id, entry_no, entered_at, changed_at) values (%s, 1, %s, %s, %s)",
            case.entry_id,
            str(case.entry_id),
            self.now,
            self.now,
        )
        self.stage.do(
            "registry",
            "insert into sohoa.transfer (entry_id, state, queued_at) values (%s, 'queued', %s)",
            case.entry_id,
            self.now,
        )

    def pick(self, number: int, *states: str) -> Case | None:
        """One of the entries in these states, of those about which something is decided if there are any."""
        return self._pick(number, [case for case in self.cases.values() if case.state in states])

    def _pick(self, number: int, found: list[Case]) -> Case | None:
        found = [case for case in found if case.entry_id in self.decided] or found
        return found[number % len(found)] if found else None

    def correct(self, number: int) -> None:
        """Something of a refused entry is put right; who puts it back in the queue is us."""
        case = self.pick(number, "rejected", "failed")
        if case:
            self._touch()
            self.stage.do(
                "registry",
                "update sohoa.entry set corrected_at = %s, changed_at = %s where entry_id = %s",
                self.now,
                self.now,
                case.entry_id,
            )

    def queue_again(self, number: int) -> None:
        """The registry puts something back by itself."""
        case = self.pick(number, "rejected", "failed")
        if case:
            self._touch()
            self._set(case, "queued", None)

    def delete(self, number: int) -> None:
        case = self.pick(number, "queued", *FAILING)
        if case and len(self.cases) > 3:
            self._touch()
            del self.cases[case.entry_id]
            self.stage.do("registry", "delete from sohoa.entry where entry_id = %s", case.entry_id)

    # ------------------------------------------------------------------------------------ the way to the Ministry

    @rule(ways=st.lists(st.sampled_from(WAYS), min_size=1, max_size=6))
    def the_ministry(self, ways: list[str]) -> None:
        """All that is queued is sent, and ends in one of these ways, in turn."""
        queued = [case for case in self.cases.values() if case.state == "queued"]
        for case, way in zip(queued, itertools.cycle(ways), strict=False):
            self.send(case, way)

    def send(self, case: Case, way: str) -> None:
        """A message arrives or not; the registry hears what came of it, notes a time-out, or waits for ever."""
        received = self.received(case)
        if way in REMOTE_FAULTS:
            self._sent(case, "failed", way)
        elif way.startswith("lost"):
            told = "told" in way
            self._sent(case, "failed" if told else "sent", "REMOTE_TIMEOUT" if told else None)
            if "arrived" in way and not received:
                self._receive(case, "unseen" not in way)
        elif received:
            self._sent(case, "rejected", "DUP_RECORD")
        elif way == "accepted":
            self._sent(case, "accepted", None)
            self._receive(case, True)
        else:
            self._sent(case, "rejected", way)

    def answer_late(self, number: int) -> None:
        """What was waited for comes after all: accepted, if it arrived."""
        case = self.pick(number, "sent")
        if case and self.received(case):
            self._touch()
            self._set(case, "accepted", None)

    def arrive_late(self, number: int) -> None:
        """A message that nobody answered is in the ledger only now."""
        case = self._pick(
            number,
            [
                case
                for case in self.cases.values()
                if (case.state == "sent" or case.error == "REMOTE_TIMEOUT") and not self.received(case)
            ],
        )
        if case:
            self._touch()
            self._receive(case, True)

    def cancel_a_receipt(self, number: int) -> None:
        live = [receipt for receipt in self.receipts if receipt.live]
        if not live:
            return
        receipt = live[number % len(live)]
        self._touch()
        receipt.live = False
        self.stage.do(
            "ledger",
            "update ledger.receipt set cancelled_at = %s where receipt_id = %s",
            self.now,
            receipt.receipt_id,
        )

    def received(self, case: Case) -> bool:
        """Whether the Ministry holds it, seen by us or not."""
        return any(receipt.live and receipt.entry_id == case.entry_id for receipt in self.receipts)

    def visible(self) -> frozenset[int]:
        """Entries of which the ledger shows a live receipt that can be told to be theirs."""
        return frozenset(receipt.entry_id for receipt in self.receipts if receipt.live and receipt.seen)

    def note_put_back(self, entries: Iterable[tuple[int, str]]) -> None:
        """The registry was asked to put these back, and did."""
        for entry_id, key in entries:
            case = self.cases[entry_id]
            case.state, case.error, case.key = "queued", None, key

    def _touch(self) -> None:
        self.now += timedelta(minutes=20)

    def _sent(self, case: Case, state: str, error: str | None) -> None:
        self._touch()
        case.attempts += 1
        self.stage.do(
            "registry",
            "update sohoa.transfer set attempts = attempts + 1, sent_at = %s, answered_at = null where entry_id = %s",
            self.now,
            case.entry_id,
        )
        self._set(case, state, error)

    def _set(self, case: Case, state: str, error: str | None) -> None:
        case.state, case.error = state, error
        self.stage.do(
            "registry",
            "update sohoa.transfer set state = %s, error_code = %s, answered_at = %s, ministry_ref = %s"
            " where entry_id = %s",
            state,
            error,
            None if state == "sent" else self.now,
            f"REF-{case.entry_id}" if state == "accepted" else None,
            case.entry_id,
        )

    def _receive(self, case: Case, seen: bool) -> None:
        receipt = Receipt(len(self.receipts) + 1, case.entry_id, seen)
        self.receipts.append(receipt)
        self.stage.do(
            "ledger",
            "insert into ledger.receipt values (%s, %s, %s, 'KS', 2004, '01', %s, %s, %s)",
            receipt.receipt_id,
            f"M{receipt.receipt_id}",
            HOME if seen else UNSEEN,
            str(case.entry_id),
            case.entry_id if receipt.receipt_id % 2 else None,
            self.now,
        )
