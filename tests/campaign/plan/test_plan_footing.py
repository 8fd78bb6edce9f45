"""What does not foot is told with its file, line and numbers, and changes nothing."""

from pathlib import Path

import pytest

from include.campaign.plan import load_plan

ROOT = Path(__file__).parents[3]


def new_findings(folder: Path, name: str, old: str, new: str) -> list[str]:
    """What an edit adds to the findings."""
    before = set(load_plan(folder).findings)
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return [str(finding) for finding in load_plan(folder).findings if finding not in before]


def test_the_44_cases_that_the_published_table_lacks_are_told() -> None:
    plan = load_plan(ROOT / "include" / "plan")
    told = [str(finding) for finding in plan.findings if finding.file == "baselines.yaml"]
    assert told == [
        "baselines.yaml:25: stp-2025-03-01: the rows below the province sum to 203,540 cases, "
        "the printed total is 203,584: 44 short"
    ]
    assert not [finding for finding in plan.findings if finding.file == "quotas.csv"]


def test_vacant_heads_of_the_small_plan_are_told_with_who_stands_in() -> None:
    plan = load_plan(ROOT / "tests" / "plans" / "small")
    told = [finding.reason for finding in plan.findings if finding.file == "contacts.csv"]
    assert told == [
        "Xã Bến Mơ, thành phố Sông Mơ has no head from 2025-03-05 to 2025-03-16: "
        "papers go to deputy of Xã Bến Mơ, thành phố Sông Mơ",
        "Huyện Đồng Lúa has no head from 2025-03-10 to 2025-03-13: papers go to deputy of Huyện Đồng Lúa",
        "Xã Khe Xa, huyện Núi Xa has no head from 2025-03-01 to 2025-03-20: papers go to head of Huyện Núi Xa",
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (
            "quotas.csv",
            "plan37,09102,registry,,564",
            "plan37,09102,registry,,560",
            [
                "quotas.csv:3: plan37, Thành phố Sông Mơ: the rows below sum to 1,688 cases, "
                "its own row says 1,692: 4 short"
            ],
        ),
        (
            "quotas.csv",
            "plan37,09,area,,3000",
            "plan37,09,area,,2990",
            ["quotas.csv:2: plan37, Tỉnh Thí Điểm: the rows below sum to 3,000 cases, its own row says 2,990: 10 over"],
        ),
        (
            "quotas.csv",
            "stp-2025-03-01,09301,registry,4,",
            "stp-2025-03-01,09301,registry,1,",
            ["quotas.csv:29: stp-2025-03-01, Huyện Núi Xa: the rows below sum to 5 books, its own row says 8: 3 short"],
        ),
        (
            "quotas.csv",
            "plan37,091,registry,,,",
            "plan37,091,registry,,7,",
            [
                "quotas.csv:3: plan37, Thành phố Sông Mơ: the rows below sum to 1,699 cases, "
                "its own row says 1,692: 7 over"
            ],
        ),
        (
            "baselines.yaml",
            "printed_books: 40",
            "printed_books: 41",
            [
                "baselines.yaml:12: stp-2025-03-01: the rows below the province sum to 40 books, "
                "the printed total is 41: 1 short"
            ],
        ),
        (
            "population.csv",
            "09303,2019,1100",
            "09303,2019,1000",
            [
                "population.csv:10: Huyện Núi Xa: the units below have 4,400 inhabitants in 2019, "
                "its own row says 4,500: 100 short"
            ],
        ),
        (
            "predecessors.csv",
            "09104,Xã Bãi Mơ,09102,0.5",
            "09104,Xã Bãi Mơ,09102,0.4",
            ["predecessors.csv:6: shares of old unit 09104 sum to 0.9, not 1"],
        ),
        (
            "commitments.csv",
            "092,2025-02-26,2025-03-15,923",
            "092,2025-02-26,2025-03-15,900",
            ["commitments.csv:3: Huyện Đồng Lúa promised 900 cases, its quota of plan37 is 923"],
        ),
        (
            "units.csv",
            "093,Núi Xa,district,huyện,09,true,false,2025-01-01,2025-06-30",
            "093,Núi Xa,district,huyện,09,true,false,2025-01-01,2025-03-10",
            ["units.csv:11: Huyện Núi Xa is not valid on every day of the campaign"],
        ),
    ],
)
def test_what_does_not_foot_is_told(folder: Path, name: str, old: str, new: str, told: list[str]) -> None:
    assert new_findings(folder, name, old, new) == told


def test_a_registry_without_a_row_in_the_baseline_in_force_is_told(folder: Path) -> None:
    told = new_findings(
        folder, "quotas.csv", "plan37,093,registry,,,decision,false", "counted,093,registry,,,decision,false"
    )
    assert told == ["units.csv:11: registry 093 (Huyện Núi Xa) has no row for plan37 in quotas.csv: no target"]


def test_a_file_that_is_not_read_is_told(folder: Path) -> None:
    (folder / "contacts (1).csv").write_text("", encoding="utf-8")
    assert "contacts (1).csv:1: no file of a plan: it is not read" in map(str, load_plan(folder).findings)


def test_what_does_not_foot_is_not_repaired(folder: Path) -> None:
    new_findings(folder, "quotas.csv", "plan37,09102,registry,,564", "plan37,09102,registry,,560")
    plan = load_plan(folder)
    city, ward = plan.quota("plan37", "091", "area"), plan.quota("plan37", "09102", "registry")
    assert city and ward and (city.cases, ward.cases) == (1692, 560)
