"""Shards: every registry is in exactly one, districts stay whole, and there are never too many."""

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.campaign.plan import Plan, Unit, load_plan
from include.campaign.plan.shards import SHARDS_AT_MOST

ROOT = Path(__file__).parents[3]
TWO_LEVELS = load_plan(ROOT / "tests" / "plans" / "two_levels")


def country(districts: int, communes_each: int, loose: int, shard_size: int = 4) -> Plan:
    """A plan of any size: districts with communes, and communes directly under the province."""
    units = {"0": Unit(code="0", name="P", level="province", kind="tỉnh", registry=False)}
    for d in range(1, districts + 1):
        code = f"{d:04d}"
        units[code] = Unit(code=code, name=f"D{d}", level="district", kind="huyện", parent_code="0", registry=True)
        for c in range(communes_each):
            commune = f"{code}{c:03d}"
            units[commune] = Unit(
                code=commune, name=f"C{c}", level="commune", kind="xã", parent_code=code, registry=True
            )
    for c in range(loose):
        code = f"9{c:06d}"
        units[code] = Unit(code=code, name=f"L{c}", level="commune", kind="xã", parent_code="0", registry=True)
    rules = TWO_LEVELS.rules
    rules = rules.model_copy(
        update={
            "campaign": rules.campaign.model_copy(update={"province": "0"}),
            "pull": rules.pull.model_copy(update={"shard_size": shard_size}),
        }
    )
    values = {field.name: getattr(TWO_LEVELS, field.name) for field in fields(Plan)}
    return Plan(**{**values, "units": units, "rules": rules})


def test_a_district_is_a_shard_with_its_own_registry_first() -> None:
    small = load_plan(ROOT / "tests" / "plans" / "small")
    assert [(shard.code, shard.name) for shard in small.shards()] == [
        ("091", "Thành phố Sông Mơ"),
        ("092", "Huyện Đồng Lúa"),
        ("093", "Huyện Núi Xa"),
    ]
    assert small.shards()[2].registry_codes == ("093", "09301", "09302", "09303")


def test_the_real_plan_has_a_shard_per_district() -> None:
    plan = load_plan(ROOT / "include" / "plan")
    assert [shard.code for shard in plan.shards()] == [unit.code for unit in plan.units_at("district")]
    assert plan.shards()[-1].registry_codes == ("471",)


def test_communes_without_a_district_are_packed_and_named_after_the_first_and_the_last() -> None:
    assert [(shard.code, shard.name, shard.registry_codes) for shard in TWO_LEVELS.shards()] == [
        ("08-01", "Phường Trung Tâm – Xã Suối Trong", ("08001", "08004", "08007", "08010")),
        ("08-02", "Xã Rừng Thông – Đặc khu Đảo Xanh", ("08013", "08016")),
    ]


def test_a_pack_of_one_has_one_name() -> None:
    assert country(0, 0, 5).shards()[1].name == "Xã L4"


@given(st.integers(0, 12), st.integers(0, 5), st.integers(0, 30), st.integers(1, 12))
def test_every_registry_is_in_exactly_one_shard(districts: int, communes: int, loose: int, size: int) -> None:
    plan = country(districts, communes, loose, size)
    read = [code for shard in plan.shards() for code in shard.registry_codes]
    assert sorted(read) == sorted(plan.registry_codes)
    assert len({shard.code for shard in plan.shards()}) == len(plan.shards())


@pytest.mark.parametrize(("districts", "communes", "loose"), [(696, 14, 0), (0, 0, 10_035), (100, 1, 0), (99, 0, 9)])
def test_a_whole_country_makes_no_more_shards_than_a_scheduler_bears(districts: int, communes: int, loose: int) -> None:
    plan = country(districts, communes, loose, shard_size=12)
    shards = plan.shards()
    assert SHARDS_AT_MOST / 2 <= len(shards) <= SHARDS_AT_MOST
    assert sorted(code for shard in shards for code in shard.registry_codes) == sorted(plan.registry_codes)
    assert len({shard.code for shard in shards}) == len(shards)
