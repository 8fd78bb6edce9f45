"""The study from the command line: so many seeds, one or both configurations, a table."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

from include.campaign.pace.judging import judge
from include.campaign.pace.roadmap import Roadmaps
from include.campaign.plan import Plan, load_plan
from include.rehearsal.study.paper import paper
from include.rehearsal.study.playing import CONFIGURATIONS, play
from include.rehearsal.study.scores import Tally, added, tally_of

PROCESSES = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Play, judge and score every seed in every configuration asked for; print the result."""
    asked = _parser().parse_args(arguments)
    names = list(CONFIGURATIONS) if asked.config == "both" else [asked.config]
    begun = time.monotonic()
    plan = load_plan(asked.plan)
    runs = list(product(names, asked.seeds))
    tallies: dict[str, list[Tally]] = {name: [] for name in names}
    with ProcessPoolExecutor(PROCESSES) as pool:
        waiting = [pool.submit(one_province, plan, name, seed, asked.scale) for name, seed in runs]
        for done, ((name, _), one) in enumerate(zip(runs, waiting, strict=True), start=1):
            tallies[name].append(one.result())
            print(f"\r{done} of {len(runs)} provinces", end="", file=sys.stderr)
    print(f", {time.monotonic() - begun:.0f} s", file=sys.stderr)
    text = paper(plan, asked.seeds, {name: added(found) for name, found in tallies.items()})
    print(text)
    if asked.write is not None:
        asked.write.write_text(text, encoding="utf-8")
    return 0


def one_province(plan: Plan, configuration: str, seed: int, scale: float) -> Tally:
    """The counts of one province; runs in a process of its own."""
    roadmaps = Roadmaps.of(plan)
    played = play(plan, configuration, seed, scale, lambda season, before: judge(season, plan.rules, roadmaps, before))
    return tally_of(played)


def seeds(text: str) -> list[int]:
    """The seeds that a text like "1-3,7" names: 1, 2, 3, 7."""
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m include.rehearsal.study", description=__doc__)
    parser.add_argument("--plan", type=Path, default=Path("include/plan"), help="plan folder (default: include/plan)")
    parser.add_argument("--seeds", type=seeds, default="101-120", help='seeds, as "1-3,7" (default: 101-120)')
    parser.add_argument("--config", choices=[*CONFIGURATIONS, "both"], default="both", help="world (default: both)")
    parser.add_argument("--write", type=Path, help="file that the result is written to as well")
    parser.add_argument("--scale", type=float, default=1.0, help="1 is the full province (default: 1)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
