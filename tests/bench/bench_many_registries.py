"""2,000 registries in one plan: how many tasks they are packed into, that the pull ends, and that memory does not grow.

The registries lie in 40 databases, read under 2,000 codes: to the campaign database they are 2,000.
"""

from __future__ import annotations

import csv
import itertools
import json
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan, load_plan
from include.local.postgres import Server
from tests.bench.conftest import ROOT, SCALE, Ratios, campaign_database, endpoint, made_registries

MANY, FEW = 2_000, 200
DATABASES = 40
BOOKS = 5
ENTRIES_IN_BOOK = max(2, round(130 * SCALE))
TASKS_AT_MOST = 100


def plan_of(count: int, folder: Path) -> Plan:
    """The tests' two-level plan with many more communes under the province."""
    shutil.copytree(ROOT / "tests" / "plans" / "two_levels", folder)
    keys = {"units": "code", "quotas": "unit_code", "population": "unit_code", "contacts": "unit_code"}
    for table, key in keys.items():
        _grow(folder / f"{table}.csv", key, count)
    return load_plan(folder)


def _grow(path: Path, key: str, count: int) -> None:
    """Repeat the rows of the first commune for communes that are made up, until there are `count`."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    communes = {row[key] for row in rows if len(row[key]) > 2}
    like = [row for row in rows if row[key] == min(communes)]
    for number in range(count - len(communes)):
        code = f"{60_000 + number}"
        rows += [row | {key: code} | ({"name": f"Số {code}"} if "name" in row else {}) for row in like]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def pull(warehouse: Endpoint, plan: Plan, databases: list[Endpoint], attempt: str) -> dict[str, Any]:
    """Pull all shards of a plan in one fresh process, one after the other."""
    codes = [code for shard in plan.shards() for code in shard.registry_codes]
    task = {
        "warehouse": asdict(warehouse),
        "attempt": attempt,
        "sources": {code: asdict(source) for code, source in zip(codes, itertools.cycle(databases), strict=False)},
        "shards": [shard.registry_codes for shard in plan.shards()],
    }
    done = subprocess.run(
        [sys.executable, Path(__file__).parent / "pull_shards.py"],
        input=json.dumps(task),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert found["outcomes"] == {"ok": len(codes)}
    return found


def test_two_thousand_registries(
    warehouse_server: Server, registry_server: Server, ratios: Ratios, tmp_path: Path
) -> None:
    found: dict[int, dict[str, Any]] = {}
    with made_registries(registry_server, DATABASES, BOOKS, ENTRIES_IN_BOOK) as names:
        databases = [endpoint(registry_server, name) for name in names]
        for count in (FEW, MANY):
            plan = plan_of(count, tmp_path / str(count))
            sizes = [len(shard.registry_codes) for shard in plan.shards()]
            assert sum(sizes) == count
            with campaign_database(warehouse_server, f"campaign_of_{count}") as campaign:
                found[count] = pull(campaign, plan, databases, "first")
                again = pull(campaign, plan, databases, "second")
            ratios.told(
                f"{count:,} registries: mapped tasks (registries in the largest)", f"{len(sizes)} ({max(sizes)})"
            )
            ratios.told(
                f"{count:,} registries, {BOOKS * ENTRIES_IN_BOOK} entries each: first reading, by one process",
                f"{found[count]['seconds']:.1f} s",
            )
            ratios.told(f"{count:,} registries: reading that finds nothing changed", f"{again['seconds']:.1f} s")
            memory = f"{found[count]['peak_mib']:.0f} MiB ({found[count]['before_mib']:.0f} before the first)"
            ratios.told(f"{count:,} registries: peak memory of the process", memory)
    ratios.at_most(f"mapped tasks for {MANY:,} registries, in hundreds", len(sizes), TASKS_AT_MOST, 1)
    ratios.at_most(
        "peak memory at 2,000 registries to that at 200", found[MANY]["peak_mib"], found[FEW]["peak_mib"], 1.25
    )
    ratios.at_most(
        "time per registry at 2,000 to that at 200", found[MANY]["seconds"] / MANY, found[FEW]["seconds"] / FEW, 1.25
    )
