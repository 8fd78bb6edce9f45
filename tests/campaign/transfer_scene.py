"""What tests of failed transfers do to a scene: let a send end badly, read and decide, put back, and look."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.plan.rules import Pull, Requeue
from include.campaign.pull import ReadingContext, pull_ledger, pull_registries
from include.campaign.reconcile import open_close
from include.campaign.transfers import RequeueResult, decide, requeue
from include.campaign.transfers.requeue import SecondLogIn
from include.campaign.warehouse import engine
from tests.campaign.scene import HOME, RULES, Scene, at
from tests.sources import superuser

DAY = "2025-03-05"
DOWN, TIMEOUT, BAD_DATE = "REMOTE_UNAVAILABLE", "REMOTE_TIMEOUT", "BAD_DATE"
EACH_DAY = [f"{day:02} 18:00" for day in range(5, 20)]


def opened(scene: Scene) -> Scene:
    """The scene with one book, and the day opened."""
    scene.book(HOME, 1)
    with engine(scene.campaign).begin() as conn:
        open_close(conn, scene.plan, scene.calendar, scene.calendar.close(DAY), "run", at("05 18:00"))
    return scene


def with_rules(plan: Plan, rules: Requeue) -> Plan:
    """The plan with other rules of re-queueing."""
    return replace(plan, rules=plan.rules.model_copy(update={"requeue": rules}))


def failed(
    scene: Scene, entry_id: int, code: str = DOWN, state: str = "failed", home: str = HOME, sent: str = "03 09:00"
) -> None:
    """An entry whose first send ended so, a minute after it."""
    scene.entry(home, entry_id, 1, str(entry_id), "02 09:00")
    scene.registry(
        home,
        "insert into sohoa.transfer (entry_id, state, attempts, queued_at, sent_at, answered_at, error_code) values"
        f" ({entry_id}, '{state}', 1, now(), '{at(sent)}', '{at(sent)}'::timestamptz + interval '1 min', '{code}')",
    )


def unanswered(scene: Scene, entry_id: int, sent: str = "'2025-03-03 09:00+07'") -> None:
    """An entry that was sent and has no answer; `sent` is SQL."""
    scene.entry(HOME, entry_id, 1, str(entry_id), "02 09:00")
    scene.registry(
        HOME,
        "insert into sohoa.transfer (entry_id, state, attempts, queued_at, sent_at)"
        f" values ({entry_id}, 'sent', 1, now(), {sent})",
    )


def fails_again(scene: Scene, code: str = DOWN, state: str = "failed", sent: str = "05 17:00") -> None:
    """Everything that is queued is sent once more, and ends so."""
    scene.registry(
        HOME,
        f"update sohoa.transfer set state = '{state}', error_code = '{code}', attempts = attempts + 1,"
        f" sent_at = '{at(sent)}', answered_at = '{at(sent)}' where state = 'queued'",
    )


def accepted(scene: Scene, entry_id: int, receipt_id: int, received: str) -> None:
    """A queued entry is sent once more and taken: the ledger has it, and the registry knows."""
    scene.registry(
        HOME,
        "update sohoa.transfer set state = 'accepted', error_code = null, attempts = attempts + 1,"
        f" ministry_ref = 'M{receipt_id}' where entry_id = {entry_id}",
    )
    scene.receipt(receipt_id, HOME, str(entry_id), received)


def read(scene: Scene, instant: str, attempt: str, ledger: bool = True, unread: tuple[str, ...] = ()) -> None:
    """One attempt's readings."""
    context = ReadingContext(attempt_key=attempt, close_key=None, read_at=at(instant))
    sources = {code: endpoint for code, endpoint in scene.registries.items() if code not in unread}
    asyncio.run(pull_registries(scene.campaign, sources, RULES, context))
    if ledger:
        asyncio.run(pull_ledger(scene.campaign, scene.ledger, RULES, context))


def decided(scene: Scene, instant: str, attempt: str) -> int:
    """What one run decides on an attempt's readings; returns how many more go back."""
    with engine(scene.campaign).begin() as conn:
        return decide(conn, scene.plan, DAY, at(instant), attempt)


def read_and_decide(
    scene: Scene, instant: str = "05 18:00", ledger: bool = True, unread: tuple[str, ...] = (), attempt: str = ""
) -> int:
    """One run's reading and deciding; returns how many more go back."""
    attempt = attempt or f"run-{instant}"
    read(scene, instant, attempt, ledger, unread)
    return decided(scene, instant, attempt)


def put_back(
    scene: Scene,
    requeuers: Mapping[str, Endpoint | None] | None = None,
    chunk: int = 2,
    now: str = "05 18:05",
    pull_rules: Pull = RULES,
    second: SecondLogIn | None = None,
) -> RequeueResult:
    """Carry out what was decided."""
    requeuers = dict(scene.registries) if requeuers is None else requeuers
    return asyncio.run(requeue(scene.campaign, requeuers, Requeue(chunk=chunk), pull_rules, DAY, at(now), second))


def a_run(scene: Scene, instant: str) -> RequeueResult:
    """Read, decide and put back at one instant."""
    read_and_decide(scene, instant)
    return put_back(scene, now=instant)


def queue(scene: Scene, code: str = HOME) -> list[tuple]:
    """The registry's own transfers."""
    with superuser(scene.registries[code]) as conn:
        return conn.execute("select entry_id, state, requeue_key from sohoa.transfer order by entry_id").fetchall()


def decisions(scene: Scene, columns: str = "entry_id, state") -> list[tuple]:
    """All decisions, as they were made."""
    return scene.rows(f"select {columns} from transfers.decision order by decision_id")


def waves(scene: Scene, columns: str) -> list[tuple]:
    """All waves, as they were decided."""
    return scene.rows(f"select {columns} from transfers.wave order by wave_id")
