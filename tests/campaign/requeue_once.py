"""One run of reading, deciding and putting back: what the task `requeue_transfers` does, with its own readings.

A test can do it in a process of its own, and kill that.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.plan.rules import Pull
from include.campaign.pull import ReadingContext, pull_ledger, pull_registries
from include.campaign.transfers import RequeueResult, decide, requeue
from include.campaign.warehouse import engine

PULL = Pull(connect_seconds=5, statement_seconds=20, registry_seconds=30, at_once=2)


@dataclass(frozen=True)
class Run:
    """What a run is made of; `chunk` is how many entries one call takes."""

    campaign: Endpoint
    registries: dict[str, Endpoint]
    ledger: Endpoint
    day_key: str
    as_of: datetime
    attempt: str
    chunk: int


def read(given: Run) -> None:
    """Read all sources for the run."""
    context = ReadingContext(given.attempt, None, given.as_of)
    asyncio.run(pull_registries(given.campaign, given.registries, PULL, context))
    asyncio.run(pull_ledger(given.campaign, given.ledger, PULL, context))


def run(given: Run, plan: Plan) -> RequeueResult:
    """Read all sources, decide, and carry out what is decided."""
    read(given)
    with engine(given.campaign).begin() as conn:
        decide(conn, plan, given.day_key, given.as_of, given.attempt)
    rules = plan.rules.requeue.model_copy(update={"chunk": given.chunk})
    return asyncio.run(requeue(given.campaign, given.registries, rules, PULL, given.day_key, given.as_of))
