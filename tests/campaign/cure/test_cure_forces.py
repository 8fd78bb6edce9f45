"""Forces promised against forces present."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from include.campaign.cure.forces import ForceLine, Reported, days_promised, forces_there
from include.campaign.cure.present import KINDS
from include.campaign.plan import Plan

NAN = np.nan
DAY = date(2025, 3, 5)


def codes(plan: Plan) -> list[str]:
    return [registry.code for registry in plan.registries]


def there(plan: Plan, day: date = DAY, **people: dict[str, float]) -> Reported:
    """By kind and code, on one day; the rest has reported nobody."""
    by_kind = np.zeros((len(plan.registries), len(KINDS)))
    for kind, numbers in people.items():
        for code, number in numbers.items():
            by_kind[codes(plan).index(code), KINDS.index(kind)] = number
    return Reported(codes(plan), [day], by_kind[:, None], fresh_closes=3)


def line(lines: tuple[ForceLine, ...], kind: str, unit: str, partner: str | None = "") -> ForceLine:
    [one] = [row for row in lines if (row.kind, row.unit_code) == (kind, unit) and partner in ("", row.partner)]
    return one


def test_a_districts_people_are_divided_among_its_registries(small_plan: Plan) -> None:
    by_kind = there(small_plan, youth_union={"091": 1, "09101": 2, "09102": 1})
    found = line(forces_there(small_plan, DAY, by_kind), "youth_union", "091")
    assert found.partner == "Đoàn Thanh niên thành phố Sông Mơ"
    assert (found.promised, found.promised_here, found.present, found.missing) == (6, 6, 4, 2)
    assert (found.reported, found.registries) == (4, 4)


def test_a_registry_without_a_report_is_not_held_against_the_partner(small_plan: Plan) -> None:
    by_kind = there(small_plan, youth_union={"091": 2, "09101": NAN, "09102": 2, "09103": NAN})
    found = line(forces_there(small_plan, DAY, by_kind), "youth_union", "091")
    assert (found.promised, found.promised_here, found.present, found.missing) == (6, 3, 4, 0)
    assert (found.reported, found.registries) == (2, 4)


def test_only_promises_of_the_day_count_and_who_came_without_one_is_told_apart(small_plan: Plan) -> None:
    people = {"border_guards": {"09302": 2, "09101": 1}, "it_teachers": {"09101": 1}}
    lines = forces_there(small_plan, date(2025, 3, 2), there(small_plan, date(2025, 3, 2), **people))
    assert {(row.kind, row.partner) for row in lines if row.present} == {("border_guards", None), ("it_teachers", None)}
    lines = forces_there(small_plan, DAY, there(small_plan, **people))
    assert line(lines, "border_guards", "09302").missing == 0
    assert line(lines, "border_guards", "09303").missing == 2
    assert line(lines, "border_guards", "09", None).present == 1


def test_two_partners_of_a_kind_share_who_is_there_as_they_promised(small_plan: Plan) -> None:
    province = small_plan.forces[0].model_copy(update={"partner": "Tỉnh đoàn", "unit_code": "09", "number": 12})
    plan = _with_forces(small_plan, (*small_plan.forces, province))
    by_kind = there(plan, youth_union={"091": 1, "09101": 1, "09102": 1, "09103": 1})
    lines = forces_there(plan, DAY, by_kind)
    # Of each registry's 2.5 promised in town 1 is the province's.
    assert line(lines, "youth_union", "091").present == pytest.approx(4 * 1.5 / 2.5)
    assert line(lines, "youth_union", "09").present == pytest.approx(4 * 1 / 2.5)


def test_rows_of_one_partner_are_one_line(small_plan: Plan) -> None:
    again = small_plan.forces[0].model_copy(update={"number": 2})
    plan = _with_forces(small_plan, (*small_plan.forces, again))
    found = line(forces_there(plan, DAY, there(plan)), "youth_union", "091")
    assert (found.promised, found.missing) == (8, 8)


def test_people_stay_as_long_as_they_are_promised(small_plan: Plan) -> None:
    days = days_promised(small_plan, DAY, codes(small_plan))
    place = codes(small_plan).index("09101")
    assert days[place, KINDS.index("youth_union")] == 15
    assert days[place, KINDS.index("it_teachers")] == 10
    assert days[place, KINDS.index("judicial_officers")] == 15, "its own stay"
    after = days_promised(small_plan, date(2025, 3, 17), codes(small_plan))
    assert after[place, KINDS.index("it_teachers")] == 0, "they have left, whatever an older report says"


def test_a_report_from_before_people_were_to_come_says_nothing_of_them(small_plan: Plan) -> None:
    """Border guards are promised from 4 March on."""
    before, day = date(2025, 3, 3), date(2025, 3, 4)
    people = np.zeros((len(small_plan.registries), 2, len(KINDS)))
    people[:, 1] = NAN
    lines = forces_there(small_plan, day, Reported(codes(small_plan), [before, day], people, fresh_closes=3))
    assert line(lines, "border_guards", "09302").reported == 0
    assert line(lines, "youth_union", "093").missing == 6, "these were to be there already"


def _with_forces(plan: Plan, forces: tuple) -> Plan:
    return Plan(**{**{name: getattr(plan, name) for name in plan.__dataclass_fields__}, "forces": forces})
