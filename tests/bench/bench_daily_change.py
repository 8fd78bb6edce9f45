"""A day on which 3 % of the entries changed: our reading by digests against dlt and pandas, which must read everything.

`changed_at` lies and rows vanish, so that neither rival can go by a date. Both write less than we do: no versions, no
transfers history, and dlt's merge never finds what was deleted.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from include.campaign.endpoint import Endpoint
from include.campaign.plan.rules import Pull
from include.campaign.pull import Outcome, ReadingContext, pull_registries
from include.local.postgres import Server
from tests.bench.conftest import (
    CASES,
    REGISTRIES,
    SCALE,
    Ratios,
    campaign_database,
    endpoint,
    made_registries,
    rival,
    timed,
    url,
)

BOOKS = 100
COUNT = max(2, round(REGISTRIES * SCALE))
ENTRIES_IN_BOOK = round(CASES * SCALE / COUNT / BOOKS)
BACKENDS = ("pyarrow", "connectorx")
RULES = Pull(statement_seconds=600, registry_seconds=900)

IN_THE_BOOKS_AT_WORK = "update sohoa.entry set corrected_at = now() where book_id in (7, 8, 9)"
EVENLY = "update sohoa.entry set corrected_at = now() where entry_id % 33 = 0"


def change(server: Server, names: list[str], statement: str) -> None:
    for name in names:
        with server.connect(name) as conn:
            conn.execute(statement)


def pull(campaign: Endpoint, sources: dict[str, Endpoint], attempt: str) -> None:
    context = ReadingContext(attempt, None, datetime.now(UTC))
    reading = asyncio.run(pull_registries(campaign, sources, RULES, context))
    assert set(reading.outcomes.values()) == {Outcome.OK}


def test_a_daily_change(warehouse_server: Server, registry_server: Server, ratios: Ratios, tmp_path: Path) -> None:
    seconds: dict[str, float] = {}
    with (
        campaign_database(warehouse_server, "campaign_daily") as campaign,
        campaign_database(warehouse_server, "rivals_daily") as rivals,
        made_registries(registry_server, COUNT, BOOKS, ENTRIES_IN_BOOK) as names,
    ):
        sources = {name: endpoint(registry_server, name) for name in names}
        task = {
            "registries": {name: url(registry_server, name) for name in names},
            "target": url(warehouse_server, rivals.database),
        }

        def dlt(backend: str) -> dict[str, Any]:
            folder = str(tmp_path / backend)
            return rival("dlt_merge", task | {"backend": backend, "strategy": "delete-insert", "folder": folder})

        pull(campaign, sources, "first")
        rival("pandas_merge", task)
        first = {backend: dlt(backend) for backend in BACKENDS}
        assert {load["rows"] for load in first.values()} == {COUNT * BOOKS * ENTRIES_IN_BOOK}
        fastest = min(first, key=lambda backend: first[backend]["seconds"])

        change(registry_server, names, IN_THE_BOOKS_AT_WORK)
        with timed(seconds, "ours"):
            pull(campaign, sources, "second")
        of_pandas = rival("pandas_merge", task)
        assert of_pandas["rows"] == 3 * COUNT * ENTRIES_IN_BOOK
        of_dlt = dlt(fastest)

        change(registry_server, names, EVENLY)
        with timed(seconds, "ours, evenly"):
            pull(campaign, sources, "third")

    where = f"daily change of 3 %, {COUNT} registries, {COUNT * BOOKS * ENTRIES_IN_BOOK:,} entries"
    ratios.told(f"{where}: our reading", f"{seconds['ours']:.2f} s")
    ratios.faster(f"{where}: against dlt merge ({fastest})", seconds["ours"], of_dlt["seconds"], 5)
    ratios.faster(f"{where}: against pandas", seconds["ours"], of_pandas["seconds"], 3)
    # To the rivals it is the same work wherever the changes lie; to us it is the worst case.
    ratios.told("... 3 % scattered evenly over all books: our reading", f"{seconds['ours, evenly']:.2f} s")
    ratios.faster("... scattered evenly: against dlt merge", seconds["ours, evenly"], of_dlt["seconds"], 5)
    ratios.faster("... scattered evenly: against pandas", seconds["ours, evenly"], of_pandas["seconds"], 3)
