"""The roadmap of single units, and the thresholds of pace."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from include.campaign.pace.roadmap import Roadmaps
from include.campaign.plan import PlanError, load_plan
from include.campaign.plan.pace_rules import Pace

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def write(folder: Path, *rows: str) -> None:
    (folder / "roadmap.csv").write_text("\n".join(("unit_code,stage,from,until", *rows, "")), encoding="utf-8")


def test_a_districts_row_holds_for_all_in_it_that_have_none_of_their_own(folder: Path) -> None:
    write(
        folder,
        "091,entered,2025-03-03T00:00,2025-03-18T00:00",
        "09101,entered,2025-03-05T00:00,2025-03-19T12:00",
    )
    plan = load_plan(folder)
    roadmaps = Roadmaps.of(plan)
    codes = [registry.code for registry in plan.registries]
    start, until = roadmaps.windows("entered", codes)
    found = dict(zip(codes, zip(start, until, strict=True), strict=True))

    def local(*at: int) -> float:
        return datetime(2025, 3, *at, tzinfo=HANOI).timestamp()

    in_district = set(plan.registries_under("091"))
    assert len(in_district) > 2
    for code in codes:
        expected = (local(3), local(18)) if code in in_district else (local(1), local(16))
        assert found[code] == ((local(5), local(19, 12)) if code == "09101" else expected)
    received, _ = roadmaps.windows("received", codes)
    assert set(received) == {local(2)}
    assert roadmaps.milestones["entered"] == datetime(2025, 3, 16, tzinfo=HANOI), "a milestone is everybody's"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("99999,entered,2025-03-03T00:00,2025-03-18T00:00", "unit code 99999 is not in units.csv"),
        ("09101,scanned,2025-03-03T00:00,2025-03-18T00:00", "stage 'scanned' has no roadmap in rules.yaml"),
        ("09101,entered,2025-03-18T00:00,2025-03-03T00:00", "is not after from"),
        ("09101,typed,2025-03-03T00:00,2025-03-18T00:00", "stage 'typed'"),
    ],
)
def test_a_row_that_does_not_fit_is_told(folder: Path, row: str, reason: str) -> None:
    write(folder, row)
    with pytest.raises(PlanError) as error:
        load_plan(folder)
    assert "roadmap.csv:2:" in str(error.value)
    assert reason in str(error.value)


def test_a_stage_of_a_unit_has_one_row(folder: Path) -> None:
    write(folder, *["09101,entered,2025-03-03T00:00,2025-03-18T00:00"] * 2)
    with pytest.raises(PlanError, match="already stands on line 2"):
        load_plan(folder)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"will_miss": {"on": 0.6, "off": 0.5}}, "do not rise"),
        ({"will_miss": {"early": 0.5, "on": 0.4}}, "do not rise"),
        ({"error_rate": {"on": 2.0, "off": 3.0}}, "off 3.0 is above on 2.0"),
        ({"too_good": {"on": 2.0, "off": 3.0}}, "off 3.0 is above on 2.0"),
        ({"interval_closes": [3, 1]}, "must rise"),
        ({"finished_share": 0}, "greater than 0"),
    ],
)
def test_thresholds_that_do_not_fit_together_are_faults(given: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Pace.model_validate(given)


def test_what_the_plan_leaves_out_has_the_value_that_it_shows() -> None:
    assert load_plan(Path(__file__).parents[3] / "include" / "plan").rules.pace == Pace()
