"""Splitting a number over units: by largest remainder, and the command that keeps quotas.csv as computed."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.campaign.plan import PlanError, load_plan
from include.campaign.plan.split import largest_remainder, main, split_quotas

ROOT = Path(__file__).parents[3]
FOLDERS = [ROOT / "include" / "plan", ROOT / "tests" / "plans" / "small", ROOT / "tests" / "plans" / "two_levels"]
totals = st.integers(0, 10**7)
weights = st.dictionaries(st.text("0123456789", min_size=1, max_size=5), st.integers(0, 10**6), min_size=1, max_size=40)
some_weights = weights.filter(lambda given: sum(given.values()) > 0)


@given(totals, some_weights)
def test_shares_sum_to_the_total_exactly(total: int, given_weights: dict[str, int]) -> None:
    assert sum(largest_remainder(total, given_weights).values()) == total


@given(totals, some_weights)
def test_each_share_is_its_exact_one_rounded_up_or_down(total: int, given_weights: dict[str, int]) -> None:
    whole = sum(given_weights.values())
    for key, share in largest_remainder(total, given_weights).items():
        assert abs(share * whole - total * given_weights[key]) < whole


@given(totals, some_weights)
def test_a_larger_weight_never_gets_less(total: int, given_weights: dict[str, int]) -> None:
    shares = largest_remainder(total, given_weights)
    in_order = sorted(given_weights, key=lambda key: (given_weights[key], shares[key]))
    assert [shares[key] for key in in_order] == sorted(shares.values())


@given(totals, some_weights, st.randoms(use_true_random=False))
def test_the_order_of_the_units_does_not_matter(total: int, given_weights: dict[str, int], random: object) -> None:
    keys = list(given_weights)
    random.shuffle(keys)  # type: ignore[attr-defined]
    assert largest_remainder(total, {key: given_weights[key] for key in keys}) == largest_remainder(
        total, given_weights
    )


def test_equal_remainders_go_in_the_order_of_the_keys() -> None:
    assert largest_remainder(5, {"c": 1, "a": 1, "b": 1}) == {"c": 1, "a": 2, "b": 2}


def test_nothing_to_split_needs_no_weight() -> None:
    assert largest_remainder(0, {"a": 0, "b": 0}) == {"a": 0, "b": 0}


@pytest.mark.parametrize(
    ("total", "given_weights", "reason"),
    [(3, {"a": 0}, "no weight is above zero"), (-3, {"a": 1}, "negative"), (3, {"a": 2, "b": -1}, "negative")],
)
def test_what_cannot_be_split_is_refused(total: int, given_weights: dict[str, int], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        largest_remainder(total, given_weights)


def replace(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def cases(folder: Path, baseline: str, *codes: str) -> list[int | None]:
    plan = load_plan(folder)
    quotas = [plan.quota(baseline, code, "registry" if len(code) == 5 else "area") for code in codes]
    return [quota.cases if quota else None for quota in quotas]


@pytest.mark.parametrize("path", FOLDERS, ids=lambda path: path.name)
def test_the_quotas_that_are_kept_are_those_computed(path: Path) -> None:
    assert (path / "quotas.csv").read_text(encoding="utf-8") == split_quotas(path)


def test_districts_are_weighted_by_the_published_loads() -> None:
    plan = load_plan(ROOT / "include" / "plan")
    loads = {unit.code: plan.quota("stp-2025-03-01", unit.code, "area") for unit in plan.units_at("district")}
    shares = largest_remainder(310_831, {code: load.cases for code, load in loads.items() if load})
    quotas = {code: plan.quota("plan37", code, "area") for code in loads}
    assert {code: quota.cases for code, quota in quotas.items() if quota} == shares


def test_computed_rows_that_are_lost_or_edited_come_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "quotas.csv"
    before = path.read_text(encoding="utf-8")
    rows = before.splitlines(keepends=True)
    kept = [row for row in rows if "09201" not in row]
    path.write_text("".join(kept).replace(",564,", ",9999,"), encoding="utf-8")
    assert main([str(folder), "--check"]) == 1
    assert "not as computed" in capsys.readouterr().err
    assert main([str(folder)]) == 0
    assert path.read_text(encoding="utf-8") == before
    assert main([str(folder), "--check"]) == 0


def test_a_real_number_is_kept_and_the_rest_is_split_among_the_others(folder: Path) -> None:
    replace(
        folder, "quotas.csv", "plan37,09102,registry,,564,decision,true", "plan37,09102,registry,,692,commitment,false"
    )
    assert main([str(folder)]) == 0
    assert cases(folder, "plan37", "091", "09101", "09102", "09103") == [1692, 750, 692, 250]
    assert not [finding for finding in load_plan(folder).findings if finding.file == "quotas.csv"]


def test_a_real_number_of_a_district_reaches_its_communes(folder: Path) -> None:
    replace(folder, "quotas.csv", "plan37,093,area,,385,decision,true", "plan37,093,area,,450,decision,false")
    assert main([str(folder)]) == 0
    assert cases(folder, "plan37", "093", "09301", "09302", "09303") == [450, 250, 90, 110]
    assert cases(folder, "plan37", "091", "092") == [1650, 900]


def test_a_districts_own_registry_is_taken_off_before_its_communes_share(folder: Path) -> None:
    replace(folder, "quotas.csv", "plan37,093,registry,,,", "plan37,093,registry,,25,")
    assert main([str(folder)]) == 0
    assert cases(folder, "plan37", "09301", "09302", "09303") == [200, 72, 88]


def test_a_unit_without_a_weight_gets_no_row(folder: Path) -> None:
    replace(folder, "population.csv", "09302,2019,900\n", "")
    assert main([str(folder)]) == 0
    assert cases(folder, "plan37", "09301", "09302", "09303") == [267, None, 118]


def test_more_than_there_is_above_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replace(
        folder, "quotas.csv", "plan37,09102,registry,,564,decision,true", "plan37,09102,registry,,1700,decision,false"
    )
    before = (folder / "quotas.csv").read_text(encoding="utf-8")
    assert main([str(folder)]) == 1
    assert "plan37: the given rows below unit 091 exceed its own" in capsys.readouterr().err
    assert (folder / "quotas.csv").read_text(encoding="utf-8") == before


def test_baselines_that_wait_for_each_other_are_refused(folder: Path) -> None:
    replace(folder, "baselines.yaml", "{commune: population}", "{commune: plan37}")
    with pytest.raises(PlanError, match="plan37 and its weights wait for each other"):
        split_quotas(folder)


def test_faults_in_other_files_do_not_stand_in_the_way(folder: Path) -> None:
    (folder / "contacts.csv").unlink()
    assert split_quotas(folder) == (folder / "quotas.csv").read_text(encoding="utf-8")
    (folder / "population.csv").unlink()
    with pytest.raises(PlanError, match=r"population\.csv:1: the file is missing"):
        split_quotas(folder)


def test_every_row_says_where_it_comes_from() -> None:
    for path in FOLDERS:
        with (path / "quotas.csv").open(encoding="utf-8", newline="") as file:
            assert all(row["source"] for row in csv.DictReader(file))
