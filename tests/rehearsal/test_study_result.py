"""A small study with the judge of real closes: what it must reach, in both configurations, and what it must never do.

`make study` is the large one (docs/study.md). Bounds are wider here: a few registries decide.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from include.campaign.plan import load_plan
from include.rehearsal.instants import DAY
from include.rehearsal.ministry import Ministry
from include.rehearsal.misses import entry_deadline, outcomes_of
from include.rehearsal.province import province_of
from include.rehearsal.study.__main__ import main, one_province
from include.rehearsal.study.ceiling import efforts_of, foreseen_misses
from include.rehearsal.study.scores import CEILING, LEVEL_TWICE, NAIVE, STANDING, TOLD_TWICE, Tally, added
from include.rehearsal.temper import OTHER, USUAL, Temper

ROOT = Path(__file__).resolve().parents[2]
PLAN = ROOT / "include" / "plan"
SCALE = 0.1
SEEDS = {"usual": (21, 22), "other": (21,)}


@cache
def tally(configuration: str) -> Tally:
    plan = load_plan(PLAN)
    return added(one_province(plan, configuration, seed, SCALE) for seed in SEEDS[configuration])


def recall(configuration: str, way: str, day: int) -> float:
    found = tally(configuration)
    return found["early", way, day, "hit"] / found["early", way, day, "miss"]


def false_share(configuration: str, way: str, day: int) -> float:
    found = tally(configuration)
    return 1 - found["early", way, day, "hit"] / found["early", way, day, "flagged"]


@pytest.mark.parametrize(("configuration", "least", "most"), [("usual", 0.85, 0.15), ("other", 0.8, 0.2)])
def test_who_will_miss_the_milestone_is_flagged_by_day_6(configuration: str, least: float, most: float) -> None:
    assert recall(configuration, STANDING, 6) >= least
    assert false_share(configuration, STANDING, 6) <= most
    assert false_share(configuration, STANDING, 6) < false_share(configuration, NAIVE, 6)
    brier = {what: tally(configuration)["brier", what, 6] for what in ("chance", "naive")}
    assert brier["chance"] < brier["naive"]


@pytest.mark.parametrize(("configuration", "least"), [("usual", 0.7), ("other", 0.6)])
def test_intervals_hold_as_often_as_they_say(configuration: str, least: float) -> None:
    found = tally(configuration)
    n, held = (sum(found["interval", "registry", ahead, what] for ahead in (1, 3, 5)) for what in ("n", "held"))
    assert n > 3000
    assert least <= held / n <= 0.9
    for ahead in (1, 3, 5):
        errors = [found["interval", "registry", ahead, what] for what in ("middle", "naive")]
        assert errors[0] < errors[1]


@pytest.mark.parametrize("configuration", ["usual", "other"])
def test_nobody_is_told_because_of_an_outage_or_a_dead_line_nor_twice(configuration: str) -> None:
    found = tally(configuration)
    assert sum(found["steps", close, level] for _, close, level in _of(found, "steps") if level == "unit") > 20
    assert found["blamed", "outage of the Ministry"] == 0
    assert found["blamed", "dead line"] == 0
    assert found["twice", TOLD_TWICE] == 0
    assert found["twice", LEVEL_TWICE] == 0


def _of(found: Tally, name: str) -> list[tuple[str | int, ...]]:
    return [key for key in found if key[0] == name]


@pytest.mark.parametrize("temper", [USUAL, OTHER])
def test_who_knows_all_but_the_days_to_come_is_right_in_the_end(temper: Temper) -> None:
    plan = load_plan(PLAN)
    province = province_of(plan, 21, SCALE, temper)
    ministry = Ministry(21, province.start, province.horizon)
    outcomes = outcomes_of(plan, province, ministry, 21, SCALE)
    efforts = efforts_of(province, ministry, 21, SCALE)
    misses = np.array([outcome.misses_alone for outcome in outcomes])
    wrong = [
        int(
            (
                foreseen_misses(province, efforts, outcomes, province.start + day * DAY, entry_deadline(plan)) != misses
            ).sum()
        )
        for day in (1, 14)
    ]
    assert wrong[1] <= 3
    assert wrong[1] < wrong[0] < 0.15 * len(misses)


def test_nobody_judges_better_than_who_knows_more() -> None:
    for configuration in SEEDS:
        found = tally(configuration)
        wrong = {
            way: found["early", way, 6, "miss"] + found["early", way, 6, "flagged"] - 2 * found["early", way, 6, "hit"]
            for way in (STANDING, NAIVE, CEILING)
        }
        assert wrong[CEILING] <= wrong[STANDING] < wrong[NAIVE]


def test_the_command_prints_and_writes_its_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = ROOT / "tests" / "plans" / "small"
    target = tmp_path / "study.md"
    asked = ["--seeds", "3,5", "--config", "usual", "--plan", str(small), "--write", str(target)]
    assert main(asked) == 0
    text = target.read_text(encoding="utf-8")
    assert text in capsys.readouterr().out
    assert "what follows is of seeds 3, 5" in text
    assert "## usual: 2 provinces of 12 registries" in text
    for title in ("Flagged early, and rightly", "80 % intervals", "Evenings"):
        assert f"### {title}" in text
