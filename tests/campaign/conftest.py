"""Frozen days made by hand: what `reconcile`, `ladder` and `transfers` would have left, without running them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from include.campaign.days import Calendar, Close
from include.campaign.endpoint import Endpoint
from include.campaign.mail import SmtpSettings
from include.campaign.plan import Plan
from include.campaign.warehouse import engine
from include.campaign.warehouse.plan_sync import sync_plan
from tests.campaign.mail_server import Behaviour, mail_server
from tests.campaign.scene import Scene
from tests.campaign.transfer_scene import opened

STATES = {"queued": 0, "awaiting": 0, "rejected": 0, "failed": 0, "open_defects": 0}


@dataclass
class FrozenTables:
    """Writes rows of frozen tables; each method is one row (or one registry) of a close."""

    conn: Connection
    plan: Plan
    calendar: Calendar = field(init=False)

    def __post_init__(self) -> None:
        self.calendar = Calendar(self.plan.rules)
        sync_plan(self.conn, self.plan)

    def insert(self, table: str, **columns: Any) -> None:
        names = ", ".join(columns)
        binds = ", ".join(f":{name}" for name in columns)
        self.conn.execute(text(f"insert into {table} ({names}) values ({binds})"), columns)

    def close(self, key: str, **columns: Any) -> Close:
        """A close, closed five minutes after its cut-off unless told otherwise."""
        close = self.calendar.close(key)
        defaults = {
            "close_key": close.key,
            "day": close.day,
            "kind": close.kind,
            "as_of": close.as_of,
            "state": "closed",
            "baseline": self.plan.baseline_in_force(close.day).id,
            "plan_digest": self.plan.digest,
            "opened_at": close.as_of,
            "closed_at": close.as_of + timedelta(minutes=5),
            "run_id": f"{close.key}-1",
            "ledger_reading_id": 1,
        }
        self.insert("closing.close", **(defaults | columns))
        return close

    def registry(
        self,
        close: Close,
        code: str,
        done: tuple[int | None, int | None],
        in_day: tuple[int | None, int | None] = (0, 0),
        outcome: str = "ok",
        last_known: str | None = None,
        state_read_at: datetime | None = None,
        **states: int,
    ) -> None:
        """A registry at a close: entered and received so far and in the day. Not read: an outcome other than "ok"."""
        read = outcome == "ok"
        self.insert(
            "closing.registry_close",
            close_key=close.key,
            registry_code=code,
            outcome=outcome,
            reading_id=1 if read else None,
            read_at=close.as_of if read else None,
            state_read_at=(state_read_at or close.as_of) if read else None,
            received_from="reading" if read else "last_mirror",
            last_known_key=last_known,
        )
        baseline = self.plan.baseline_in_force(close.day).id
        quota = self.plan.quota(baseline, code, "registry")
        figures = dict(zip(("entered", "received"), done, strict=True))
        figures |= dict(zip(("entered_in_day", "received_in_day"), in_day, strict=True))
        self.insert(
            "closing.progress",
            close_key=close.key,
            baseline=baseline,
            registry_code=code,
            quota=quota.cases if quota else None,
            **figures,
        )
        self.insert(
            "closing.figure",
            close_key=close.key,
            registry_code=code,
            register="KS",
            phase=2,
            **figures,
            **(STATES | states if read else {}),
        )

    def flag(self, close: Close, code: str, **columns: Any) -> None:
        """A registry flagged behind in the stage "entered"."""
        defaults = {"kind": "behind", "stage": "entered", "streak": 1, "newly": True, "pace_per_day": None}
        row = defaults | columns
        if row["kind"] == "behind" and "figures" not in row:
            named = ("quota", "done", "due", "needed_per_day", "pace_per_day")
            looked_at = {name: row.get(name) for name in named}
            row["figures"] = json.dumps({**looked_at, "work": row["quota"], "whole": row["quota"], "days_behind": None})
        self.insert("ladder.flag", close_key=close.key, registry_code=code, **row)


@pytest.fixture
def ready(scene: Scene) -> Scene:
    """The scene with one book, and the day opened: transfers can fail and be decided about."""
    return opened(scene)


@pytest.fixture
def campaign_conn(campaign_db: Endpoint) -> Iterator[Connection]:
    """A connection to a fresh campaign database, in a transaction that is never committed."""
    with engine(campaign_db).connect() as conn:
        yield conn


@pytest.fixture
def frozen(campaign_conn: Connection, small_plan: Plan) -> FrozenTables:
    """Empty frozen tables of the small plan."""
    return FrozenTables(campaign_conn, small_plan)


@pytest.fixture
def golden_day(frozen: FrozenTables) -> Close:
    """5 March of the small plan, with one registry unread, two behind and one of each kind of failure.

    Entered 1,264 and received 1,065 of 3,000; the sums over eleven registries of twelve for entered.
    """
    before = frozen.close("2025-03-04")
    frozen.registry(before, "09202", (48, 40), (7, 6))
    close = frozen.close("2025-03-05")
    frozen.registry(close, "091", (12, 10), (2, 1))
    frozen.registry(close, "09101", (400, 300), (40, 30), queued=30, awaiting=20, rejected=9, failed=4, open_defects=3)
    frozen.registry(close, "09102", (564, 564), (10, 20))
    frozen.registry(close, "09103", (100, 20), (5, 2), queued=1000)
    frozen.registry(close, "092", (0, 0))
    frozen.registry(close, "09201", (150, 100), (20, 10))
    frozen.registry(close, "09202", (None, 55), (None, 5), outcome="unreachable", last_known="2025-03-04")
    frozen.registry(close, "09203", (10, 0), (1, 0))
    frozen.registry(close, "093", (3, 1))
    frozen.registry(close, "09301", (0, 0))
    frozen.registry(close, "09302", (5, 5), (1, 1))
    frozen.registry(close, "09303", (20, 10), (2, 1))
    _trouble(frozen, close)
    return close


def _trouble(frozen: FrozenTables, close: Close) -> None:
    """Who is behind, what failed, and what was put back."""
    frozen.insert("ladder.evening", close_key=close.key, judged=8, flagged=3, newly=2, verdict="stepped")
    frozen.flag(close, "09203", quota=215, done=10, due=68, needed_per_day=19.52, pace_per_day=1.33)
    frozen.flag(close, "09301", quota=214, done=0, due=68, needed_per_day=20.38, streak=3, newly=False)
    frozen.flag(close, "09303", quota=94, done=20, due=30, needed_per_day=7.05, pace_per_day=6.67)
    for code in ("09203", "09301", "09303"):
        contact = frozen.plan.contact(code, "head", close.day)
        frozen.insert(
            "ladder.step",
            close_key=close.key,
            registry_code=code,
            level="unit",
            told_unit=contact.unit_code,
            told_office=contact.office,
            told_address=contact.email,
        )
    for code, phase, state, error, entries in (
        ("09101", 2, "rejected", "BAD_DATE", 6),
        ("09101", 2, "rejected", "NEW_CODE_9", 3),
        ("09101", 2, "failed", "REMOTE_TIMEOUT", 4),
        ("09101", 1, "rejected", "DUP_RECORD", 2100),
    ):
        frozen.insert(
            "closing.code_count",
            close_key=close.key,
            registry_code=code,
            register="KS",
            phase=phase,
            state=state,
            error_code=error,
            entries=entries,
        )
    for entry_id, state in ((1, "requeued"), (2, "requeued"), (3, "unreached"), (4, "not_requeued")):
        frozen.insert(
            "transfers.decision",
            day_key=close.key,
            registry_code="09101",
            entry_id=entry_id,
            rule="remote fault",
            requeue_key=f"{close.key}:remote",
            why="REMOTE_TIMEOUT",
            decided_at=close.as_of,
            run_id=f"{close.key}-1",
            state=state,
        )


@pytest.fixture(name="engine")
def engine_of_campaign(campaign_db: Endpoint) -> Engine:
    """The campaign database as those who send mails have it."""
    return engine(campaign_db)


@pytest.fixture
def behaviour() -> Behaviour:
    """What the mail server of `smtp` does, and has taken."""
    return Behaviour()


@pytest.fixture
def smtp(behaviour: Behaviour, tmp_path: Path) -> Iterator[SmtpSettings]:
    """A mail server that behaves as told."""
    with mail_server(behaviour, tmp_path) as settings:
        yield settings
