"""A process of its own that pulls shard after shard, as a worker does; prints seconds and its peak memory as JSON.

Reads from standard input: the campaign database, the registries' addresses, and the shards.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from include.campaign.endpoint import Endpoint
from include.campaign.plan.rules import Pull
from include.campaign.pull import ReadingContext, pull_registries


def peak_mib() -> float:
    """Peak of resident memory since this program began: `ru_maxrss` would tell its parent's, who was larger."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def main() -> None:
    task = json.load(sys.stdin)
    warehouse = Endpoint(**task["warehouse"])
    context = ReadingContext(task["attempt"], None, datetime.now(UTC))
    before, began = peak_mib(), time.perf_counter()
    outcomes: Counter[str] = Counter()
    for shard in task["shards"]:
        sources = {code: Endpoint(**task["sources"][code]) for code in shard}
        reading = asyncio.run(pull_registries(warehouse, sources, Pull(), context))
        outcomes.update(str(outcome) for outcome in reading.outcomes.values())
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "before_mib": before, "peak_mib": peak_mib(), "outcomes": outcomes}))


main()
