"""One registry and the ledger with everything that people and machines do to them, in the databases and in the model.

The half of the state machine (test_machine.py) that the campaign control system has no say in.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

import psycopg
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from include.campaign.days import Calendar
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.warehouse import engine
from include.campaign.warehouse.plan_sync import sync_plan
from tests.campaign.model import Book, Entry, Receipt, Registry, Transfer
from tests.campaign.scene import HOME
from tests.sources import superuser

OLD_UNIT = "00001"  # opened a book that the registry keeps now
NOWHERE = "99999"
STEP = timedelta(minutes=40)
NUMBERS = ("1", "2", "12/2004", "s\u1ed1 1")
BOOKS = (
    Book(1, "KS", 2004, "01", HOME, 2),
    Book(2, "KS", 2004, "01", OLD_UNIT, 2),
    Book(3, "KH", 2010, "02", HOME, 1),
)
picks = st.integers(0, 99)


def spelt(number: str, way: int) -> str:
    """The same number as another hand or machine would write it."""
    return (number, unicodedata.normalize("NFD", number), f"  {number} ", number.upper())[way]


@dataclass
class Stage:
    """The databases that all stories of one test run share; emptied before each story."""

    campaign: Endpoint
    registry: Endpoint
    ledger: Endpoint
    plan: Plan
    conns: dict[str, psycopg.Connection] = field(default_factory=dict)

    @contextmanager
    def opened(self) -> Iterator[Stage]:
        with (
            superuser(self.campaign) as campaign,
            superuser(self.registry) as registry,
            superuser(self.ledger) as ledger,
        ):
            self.conns = {"campaign": campaign, "registry": registry, "ledger": ledger}
            registry.execute("create schema backup")
            for table in ("book", "entry", "transfer"):
                registry.execute(f"create table backup.{table} as table sohoa.{table} with no data")
            with engine(self.campaign).begin() as conn:
                sync_plan(conn, self.plan)
            yield self

    def empty(self) -> None:
        for name, conn in self.conns.items():
            tables = conn.execute(
                "select format('%I.%I', schemaname, tablename) from pg_tables"
                " where schemaname not in ('plan', 'public', 'pg_catalog', 'information_schema')"
            ).fetchall()
            assert tables, name
            conn.execute("set session_replication_role = replica")  # no trigger guards what is for ever
            conn.execute(f"truncate {', '.join(row[0] for row in tables)} restart identity cascade")
            conn.execute("reset session_replication_role")

    def rows(self, where: str, query: str, *values: Any) -> list[tuple]:
        return self.conns[where].execute(query, values).fetchall()

    def do(self, where: str, statement: str, *values: Any) -> None:
        self.conns[where].execute(statement, values)


class Sources(RuleBasedStateMachine):
    """What happens at the sources. Each rule changes the database and the model alike."""

    stage: ClassVar[Stage]

    @initialize()
    def begin(self) -> None:
        self.stage.empty()
        self.calendar = Calendar(self.stage.plan.rules)
        self.now = self.calendar.starts_at + timedelta(hours=8)
        self.registry = Registry(HOME, frozenset({HOME}))
        self.receipts: list[Receipt] = []
        self.sent_as: dict[int, str] = {}  # reference under which the Ministry holds an entry
        self.backup: Registry | None = None
        for book in BOOKS:
            self.registry.books[book.book_id] = replace(book, collected_at=self.now)
            self.stage.do(
                "registry",
                "insert into sohoa.book (book_id, register, opened_year, book_no, opened_by, phase, collected_at)"
                " values (%s, %s, %s, %s, %s, %s, %s)",
                book.book_id, book.register, book.year, book.number, book.opened_by, book.phase, self.now,
            )  # fmt: skip
        for book, number in itertools.product((1, 2, 3), NUMBERS):
            self.enter(book, number, 0)
        for pick in range(8):
            self.queue(0)
            if pick < 6:
                self.send(0, pick < 5, HOME, pick % 4, pick % 2 == 0)
            if pick < 4:
                self.answer(0, None if pick < 3 else "BAD_DATE")

    # ------------------------------------------------------------------------------------ what people do

    def tick(self) -> datetime:
        self.now += STEP
        return self.now

    def entry(self, pick: int, *states: str | None) -> Entry | None:
        """An entry, one whose transfer is in one of these states if any are named."""
        entries = [
            entry
            for entry in self.registry.entries.values()
            if not states or (entry.transfer.state if entry.transfer else None) in states
        ]
        return entries[pick % len(entries)] if entries else None

    @rule(book=st.integers(1, 3), number=st.sampled_from(NUMBERS), clock=st.sampled_from((0, 0, 0, 3, None)))
    def enter(self, book: int, number: str, clock: int | None) -> None:
        """A case is entered; the machine's clock may be days ahead, or the moment not be noted."""
        entered_at = None if clock is None else self.tick() + timedelta(days=clock)
        entry = Entry(max(self.registry.entries, default=0) + 1, book, number, entered_at)
        self.registry.entries[entry.entry_id] = entry
        self.stage.do(
            "registry",
            "insert into sohoa.entry (entry_id, book_id, entry_no, entered_at, changed_at) values (%s, %s, %s, %s, %s)",
            entry.entry_id, book, number, entered_at, self.now,
        )  # fmt: skip

    @rule(pick=picks, what=st.sampled_from(("attached", "reviewed", "corrected", "defects", "number")))
    def correct(self, pick: int, what: str) -> None:
        """Something of an entry changes; `changed_at` never tells."""
        entry = self.entry(pick)
        if entry is None:
            return
        now = self.tick()
        match what:
            case "defects":
                entry.defects = () if entry.defects else ("BAD_DATE", "BAD_CODE")
                self._set_entry(entry, "defects", list(entry.defects))
            case "number":
                entry.number = NUMBERS[(NUMBERS.index(entry.number) + 1) % len(NUMBERS)]
                self._set_entry(entry, "entry_no", entry.number)
            case _:
                setattr(entry, f"{what}_at", now)
                self._set_entry(entry, "scan_attached_at" if what == "attached" else f"{what}_at", now)

    def _set_entry(self, entry: Entry, column: str, value: Any) -> None:
        self.stage.do("registry", f"update sohoa.entry set {column} = %s where entry_id = %s", value, entry.entry_id)

    @rule(pick=picks)
    def delete(self, pick: int) -> None:
        entry = self.entry(pick)
        if entry:
            self.tick()
            del self.registry.entries[entry.entry_id]
            self.stage.do("registry", "delete from sohoa.entry where entry_id = %s", entry.entry_id)

    @rule(pick=picks, book=st.integers(1, 3))
    def move_to_another_book(self, pick: int, book: int) -> None:
        entry = self.entry(pick)
        if entry:
            self.tick()
            entry.book_id = book
            self._set_entry(entry, "book_id", book)

    @rule(book=st.integers(1, 3), stage=st.sampled_from(("classified", "scanned")))
    def work_on_a_book(self, book: int, stage: str) -> None:
        setattr(self.registry.books[book], f"{stage}_at", self.tick())
        self.stage.do("registry", f"update sohoa.book set {stage}_at = %s where book_id = %s", self.now, book)

    @rule()
    def back_up(self) -> None:
        self.backup = deepcopy(self.registry)
        self.stage.do("registry", "truncate backup.book, backup.entry, backup.transfer")
        for table in ("book", "entry", "transfer"):
            self.stage.do("registry", f"insert into backup.{table} select * from sohoa.{table}")

    @precondition(lambda self: self.backup is not None)
    @rule()
    def restore(self) -> None:
        """The registry's machine is set back to its backup; what was done since is gone."""
        self.tick()
        self.registry = deepcopy(self.backup)
        self.stage.do("registry", "truncate sohoa.transfer, sohoa.entry, sohoa.book")
        for table in ("book", "entry", "transfer"):
            self.stage.do("registry", f"insert into sohoa.{table} select * from backup.{table}")

    # ------------------------------------------------------------------------------------ the way to the Ministry

    def _set_transfer(self, entry: Entry, transfer: Transfer) -> None:
        entry.transfer = transfer
        self.stage.do(
            "registry",
            "insert into sohoa.transfer (entry_id, state, queued_at, error_code, ministry_ref)"
            " values (%s, %s, %s, %s, %s) on conflict (entry_id)"
            " do update set state = excluded.state, error_code = excluded.error_code,"
            " ministry_ref = excluded.ministry_ref",
            entry.entry_id, transfer.state, self.now, transfer.error_code, transfer.ref,
        )  # fmt: skip

    def _receive(self, unit: str, book: Book, number: str, sender: int | None) -> Receipt:
        receipt_id = len(self.receipts) + 1
        receipt = Receipt(
            receipt_id, f"M{receipt_id}", unit, book.register, book.year, book.number, number, sender, self.now
        )
        self.receipts.append(receipt)
        self.stage.do(
            "ledger", "insert into ledger.receipt values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", *astuple(receipt)
        )
        return receipt

    @rule(pick=picks)
    def queue(self, pick: int) -> None:
        entry = self.entry(pick, None, "failed", "rejected")
        if entry:
            self.tick()
            self._set_transfer(entry, Transfer("queued"))

    @rule(
        pick=picks, arrives=st.booleans(), unit=st.sampled_from((HOME, HOME, OLD_UNIT)), way=st.integers(0, 3),
        tells_id=st.booleans(),
    )  # fmt: skip
    def send(self, pick: int, arrives: bool, unit: str, way: int, tells_id: bool) -> None:
        """What is sent arrives or is lost on the way; either way the registry waits for an answer."""
        entry = self.entry(pick, "queued")
        if entry is None:
            return
        self.tick()
        self._set_transfer(entry, Transfer("sent"))
        self.sent_as.pop(entry.entry_id, None)
        if arrives:
            book = self.registry.books[entry.book_id]
            sender = entry.entry_id if tells_id else None
            self.sent_as[entry.entry_id] = self._receive(unit, book, spelt(entry.number, way), sender).ref

    @rule(pick=picks, code=st.sampled_from((None, None, "DUP_RECORD", "BAD_DATE", "REMOTE_REJECT", "NEVER_SEEN")))
    def answer(self, pick: int, code: str | None) -> None:
        """An accepted answer carries the reference, also one that the ledger no longer or never held."""
        entry = self.entry(pick, "sent")
        if entry:
            self.tick()
            ref = self.sent_as.get(entry.entry_id, f"LOST-{entry.entry_id}")
            self._set_transfer(entry, Transfer("rejected", code) if code else Transfer("accepted", ref=ref))

    @rule(pick=picks, code=st.sampled_from(("REMOTE_TIMEOUT", "BAD_DATE", "NEVER_SEEN", None)))
    def lose_an_answer(self, pick: int, code: str | None) -> None:
        entry = self.entry(pick, "sent")
        if entry:
            self.tick()
            self._set_transfer(entry, Transfer("failed", code))

    @rule(
        unit=st.sampled_from((HOME, OLD_UNIT, NOWHERE)), book=st.sampled_from(BOOKS), number=st.sampled_from(NUMBERS),
        way=st.integers(0, 3), sender=st.sampled_from((None, None, 1, 2)),
    )  # fmt: skip
    def a_receipt_out_of_nowhere(self, unit: str, book: Book, number: str, way: int, sender: int | None) -> None:
        """A double, a receipt of the twin in another book, or of nothing that is known here."""
        self.tick()
        self._receive(unit, book, spelt(number, way), sender)

    @precondition(lambda self: self.receipts)
    @rule(pick=picks)
    def cancel_a_receipt(self, pick: int) -> None:
        receipt = self.receipts[pick % len(self.receipts)]
        if receipt.cancelled_at is None:
            receipt.cancelled_at = self.tick()
            self.stage.do(
                "ledger",
                "update ledger.receipt set cancelled_at = %s where receipt_id = %s",
                self.now,
                receipt.receipt_id,
            )
