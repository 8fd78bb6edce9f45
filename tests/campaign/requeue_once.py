"""One run of reading, deciding and putting back, in a process of its own: `python requeue_once.py SETTINGS.json`.

A test can kill it. It does what the task `requeue_transfers` does, with its own readings.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan, load_plan
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
    plan: str
    day_key: str
    as_of: str
    attempt: str
    chunk: int

    def written(self, folder: Path) -> Path:
        """A file that `read` understands."""
        path = folder / f"{self.attempt.replace(':', '')}.json"
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")
        return path

    @classmethod
    def read(cls, path: Path) -> Run:
        """What `written` wrote."""
        fields = json.loads(path.read_text(encoding="utf-8"))
        for name in ("campaign", "ledger"):
            fields[name] = Endpoint(**fields[name])
        fields["registries"] = {code: Endpoint(**endpoint) for code, endpoint in fields["registries"].items()}
        return cls(**fields)


def read(given: Run) -> None:
    """Read all sources for the run."""
    context = ReadingContext(given.attempt, None, datetime.fromisoformat(given.as_of))
    asyncio.run(pull_registries(given.campaign, given.registries, PULL, context))
    asyncio.run(pull_ledger(given.campaign, given.ledger, PULL, context))


def run(given: Run, plan: Plan) -> RequeueResult:
    """Read all sources, decide, and carry out what is decided."""
    at = datetime.fromisoformat(given.as_of)
    read(given)
    with engine(given.campaign).begin() as conn:
        decide(conn, plan, given.day_key, at, given.attempt)
    rules = plan.rules.requeue.model_copy(update={"chunk": given.chunk})
    return asyncio.run(requeue(given.campaign, given.registries, rules, PULL, given.day_key, at))


if __name__ == "__main__":
    asked = Run.read(Path(sys.argv[1]))
    print(run(asked, load_plan(Path(asked.plan))))
