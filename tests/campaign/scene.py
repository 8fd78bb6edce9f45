"""One or two registries and a ledger made by hand, a campaign database, and a way to close a day on them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from include.campaign.days import Calendar
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.plan.rules import Pull
from include.campaign.pull import ReadingContext, pull_ledger, pull_registries
from include.campaign.reconcile import close_days, open_close
from include.campaign.warehouse import engine
from tests.sources import superuser

RULES = Pull(connect_seconds=20, statement_seconds=20, registry_seconds=30, at_once=2)
"""Patient: nothing of a scene hangs, and a machine at work on other tests may answer late."""
HOME, OTHER = "09101", "09102"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2025-03-{text}+07:00")


@dataclass
class Scene:
    """One or two registries, a ledger, and the campaign database that closes on them."""

    campaign: Endpoint
    plan: Plan
    registries: dict[str, Endpoint]
    ledger: Endpoint | None

    def __post_init__(self) -> None:
        self.calendar = Calendar(self.plan.rules)

    def registry(self, code: str, statement: str) -> None:
        with superuser(self.registries[code]) as conn:
            conn.execute(statement)

    def book(self, code: str, book_id: int, opened_by: str | None = None, book_no: str = "01", phase: int = 2) -> None:
        self.registry(
            code,
            "insert into sohoa.book values"
            f" ({book_id}, 'KS', 2004, 2004, '{book_no}', '{opened_by or code}', 50, 20, {phase},"
            " '2025-03-01 08:00+07', '2025-03-02 08:00+07', '2025-03-06 08:00+07', null)",
        )

    def entry(
        self, code: str, entry_id: int, book_id: int, entry_no: str, entered: str, ref: str | None = None
    ) -> None:
        self.registry(
            code,
            "insert into sohoa.entry (entry_id, book_id, entry_no, entered_at) values"
            f" ({entry_id}, {book_id}, '{entry_no}', '2025-03-{entered}+07')",
        )
        if ref:
            self.registry(
                code,
                "insert into sohoa.transfer (entry_id, state, attempts, queued_at, ministry_ref) values"
                f" ({entry_id}, 'accepted', 1, now(), '{ref}')",
            )

    def receipt(
        self,
        receipt_id: int,
        unit: str,
        entry_no: str,
        received: str,
        *,
        ref: str | None = None,
        book_no: str = "01",
        sender: int | None = None,
        cancelled: str | None = None,
    ) -> None:
        assert self.ledger is not None
        with superuser(self.ledger) as conn:
            conn.execute(
                "insert into ledger.receipt values (%s, %s, %s, 'KS', 2004, %s, %s, %s, %s, %s)",
                [
                    receipt_id,
                    ref or f"M{receipt_id}",
                    unit,
                    book_no,
                    entry_no,
                    sender,
                    at(received),
                    at(cancelled) if cancelled else None,
                ],
            )

    def close(
        self, key: str = "2025-03-05", now: str | None = None, unread: tuple[str, ...] = (), ledger: bool = True
    ) -> None:
        close = self.calendar.close(key)
        present = at(now) if now else close.as_of
        run_id = f"run-{present:%d%H%M}"
        with engine(self.campaign).begin() as conn:
            open_close(conn, self.plan, self.calendar, close, run_id, present)
        context = ReadingContext(attempt_key=run_id, close_key=close.key, read_at=present)
        sources = {code: endpoint for code, endpoint in self.registries.items() if code not in unread}
        asyncio.run(pull_registries(self.campaign, sources, RULES, context))
        if self.ledger and ledger:
            asyncio.run(pull_ledger(self.campaign, self.ledger, RULES, context))
        with engine(self.campaign).begin() as conn:
            close_days(conn, self.calendar, [close], run_id, present)

    def rows(self, query: str) -> list[tuple]:
        with superuser(self.campaign) as conn:
            return conn.execute(query).fetchall()

    def figure(self, columns: str, key: str = "2025-03-05", code: str = HOME, phase: int = 2) -> tuple:
        found = self.rows(
            f"select {columns} from closing.figure"
            f" where close_key = '{key}' and registry_code = '{code}' and phase = {phase}"
        )
        assert len(found) == 1
        return found[0]
