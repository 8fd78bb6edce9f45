"""What other rooms ask of a plan, on the real one, a small one with districts and one without."""

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.campaign.plan import Contact, Plan, load_plan
from include.campaign.plan.check import vacancies

ROOT = Path(__file__).parents[3]
REAL = load_plan(ROOT / "include" / "plan")
SMALL = load_plan(ROOT / "tests" / "plans" / "small")
TWO_LEVELS = load_plan(ROOT / "tests" / "plans" / "two_levels")
PLANS = pytest.mark.parametrize("plan", [REAL, SMALL, TWO_LEVELS], ids=["real", "small", "two levels"])
MARCH = [date(2025, 3, 1) + timedelta(days=n) for n in range(31)]


def test_the_real_plan_has_the_provinces_units() -> None:
    assert Counter(unit.level for unit in REAL.units.values()) == {"province": 1, "district": 10, "commune": 119}
    assert len(REAL.registries) == len(REAL.registry_codes) == 129
    border = Counter(unit.parent_code for unit in REAL.units.values() if unit.border)
    assert border == {"465": 12, "467": 4}
    assert REAL.children("471") == ()
    assert REAL.units["471"].registry


def test_the_real_plan_has_the_published_baselines() -> None:
    districts = [unit.code for unit in REAL.units_at("district")]
    published = [REAL.quota("stp-2025-03-01", code, "area") for code in districts]
    assert sum(quota.cases for quota in published if quota) == 203_540
    assert sum(quota.books or 0 for quota in published if quota) == 2_088
    assert REAL.baselines["stp-2025-03-01"].printed_total == 203_584
    assert REAL.baselines["stp-2025-03-01"].counts.opened_year_max == 2005
    assert [quota and quota.cases for quota in published] == [
        53268, 10158, 28037, 21231, 13279, 6656, 7439, 45738, 17734, None,
    ]  # fmt: skip
    communes = [REAL.quota("plan37", unit.code, "registry") for unit in REAL.units_at("commune")]
    assert sum(quota.cases for quota in communes if quota) == 310_831
    assert all(quota and quota.computed and "Tạm tính" in quota.source for quota in communes)
    assert all(REAL.quota(base, code, "registry") is None for base in REAL.baselines for code in districts)
    assert REAL.baselines.keys() == {"plan37", "stp-2025-03-01", "counted"}


def test_people_of_all_plans_are_invented() -> None:
    for plan in (REAL, SMALL, TWO_LEVELS):
        assert {row.email.rsplit(".", 1)[1] for row in plan.contacts} == {"example"}
        assert all(row.phone.startswith("0000") for row in plan.contacts)


@pytest.mark.parametrize(
    ("plan", "code", "full", "short"),
    [
        (REAL, "19333", "Phường 1, thành phố Đông Hà", "Phường 1"),
        (REAL, "19357", "Phường 1, thị xã Quảng Trị", "Phường 1"),
        (REAL, "461", "Thành phố Đông Hà", "Thành phố Đông Hà"),
        (REAL, "45", "Tỉnh Quảng Trị", "Tỉnh Quảng Trị"),
        (TWO_LEVELS, "08016", "Đặc khu Đảo Xanh, tỉnh Hai Cấp", "Đặc khu Đảo Xanh"),
    ],
)
def test_names_say_kind_and_place(plan: Plan, code: str, full: str, short: str) -> None:
    assert (plan.full_name(code), plan.short_name(code)) == (full, short)


@PLANS
def test_full_names_and_mailboxes_tell_units_apart(plan: Plan) -> None:
    assert len({plan.full_name(code) for code in plan.units}) == len(plan.units)
    heads = [row for row in plan.contacts if row.post == "head"]
    assert len({row.email for row in heads}) == len({row.unit_code for row in heads}) == len(plan.units)


def test_a_registry_outside_the_days_of_the_campaign_is_not_read() -> None:
    later = {**SMALL.units, "09101": SMALL.units["09101"].model_copy(update={"valid_from": date(2025, 4, 1)})}
    plan = Plan(**{**{name: getattr(SMALL, name) for name in SMALL.__dataclass_fields__}, "units": later})
    assert plan.registry_codes == SMALL.registry_codes - {"09101"}
    assert "09101" not in plan.shards()[0].registry_codes


@PLANS
def test_the_registries_under_the_province_are_all_of_them(plan: Plan) -> None:
    assert sorted(plan.registries_under(plan.province.code)) == sorted(plan.registry_codes)


def test_units_know_what_is_above_and_below_them() -> None:
    assert SMALL.registries_under("092") == ("092", "09201", "09202", "09203")
    assert [unit.code for unit in SMALL.ancestors("09201")] == ["092", "09"]
    district = SMALL.district_of("09201")
    assert district is not None
    assert SMALL.district_of("092") == district == SMALL.units["092"]
    assert SMALL.district_of("09") is None
    assert TWO_LEVELS.district_of("08001") is None


def test_neighbours_are_so_in_both_directions() -> None:
    assert SMALL.neighbours_of("092") == {"091", "093"}
    assert SMALL.neighbours_of("091") == {"092"}
    assert SMALL.neighbours_of("09") == frozenset()
    assert TWO_LEVELS.neighbours_of("08010") == {"08007", "08013"}, "communes, where these lie just below the province"


@pytest.mark.parametrize(
    ("plan", "written", "meant"),
    [
        (SMALL, "09101", {"09101"}),
        (SMALL, "09204", {"09202"}),  # merged into it
        (SMALL, "09104", {"09102", "09103"}),  # divided between them
        (SMALL, "091", {"091"}),  # a district's own books
        (SMALL, "09", set()),  # keeps no books
        (SMALL, "99999", set()),
        (REAL, "19381", {"19384"}),
        (REAL, "19525", {"19495", "19552"}),
        (TWO_LEVELS, "089", {"08016"}),  # a district that became a special zone
    ],
)
def test_a_code_in_a_book_means_present_registries(plan: Plan, written: str, meant: set[str]) -> None:
    assert plan.registries_meant_by(written) == meant


def test_the_real_predecessors_lead_to_every_commune() -> None:
    assert {row.code for row in REAL.predecessors} == {unit.code for unit in REAL.units_at("commune")}
    assert len({row.old_code for row in REAL.predecessors}) == 141


def test_the_baseline_in_force_changes_on_its_day() -> None:
    assert TWO_LEVELS.baseline_in_force(date(2025, 7, 8)).id == "quyet-dinh"
    assert TWO_LEVELS.baseline_in_force(date(2025, 7, 9)).id == "dem"
    with pytest.raises(ValueError, match="no baseline is in force on 2025-06-24"):
        TWO_LEVELS.baseline_in_force(date(2025, 6, 24))


def test_instants_without_an_offset_are_local() -> None:
    hanoi = ZoneInfo("Asia/Ho_Chi_Minh")
    entry = REAL.rules.roadmap["entered"]
    assert (entry.start, entry.until) == (datetime(2025, 3, 1, tzinfo=hanoi), datetime(2025, 3, 16, tzinfo=hanoi))
    assert {row.instant.utcoffset() for row in REAL.milestones} == {timedelta(hours=7)}


@pytest.mark.parametrize(
    ("unit_code", "post", "day", "answers"),
    [
        ("09101", "head", 5, ("09101", "head")),
        ("09103", "head", 4, ("09103", "head")),
        ("09103", "head", 5, ("09103", "deputy")),
        ("09103", "head", 16, ("09103", "deputy")),
        ("09103", "head", 17, ("09103", "head")),
        ("09303", "head", 1, ("093", "head")),  # neither head nor deputy: the district
        ("09303", "civil_status", 1, ("09303", "civil_status")),
        ("092", "head", 10, ("092", "deputy")),
        ("09", "desk", 31, ("09", "desk")),
    ],
)
def test_a_paper_goes_to_who_holds_the_post_or_stands_in(
    unit_code: str, post: str, day: int, answers: tuple[str, str]
) -> None:
    found = SMALL.contact(unit_code, post, date(2025, 3, day))  # type: ignore[arg-type]
    assert (found.unit_code, found.post) == answers


@pytest.mark.parametrize("post", ["desk", "data_team"])
def test_posts_of_the_province_are_of_no_other_unit(post: str) -> None:
    with pytest.raises(LookupError, match=f"nobody holds {post} of unit 091 on 2025-03-05"):
        SMALL.contact("091", post, date(2025, 3, 5))  # type: ignore[arg-type]


def test_somebody_answers_for_every_post_on_every_day() -> None:
    for day in MARCH:
        for code in REAL.units:
            assert REAL.contact(code, "head", day).office
            assert REAL.contact(code, "civil_status", day).office


def holder(start: int | None, end: int | None) -> Contact:
    row = {"unit_code": "1", "post": "head", "office": "x", "person": "x", "email": "x@x.example", "phone": "0000 000"}
    dates = {
        "from_date": None if start is None else MARCH[0] + timedelta(days=start),
        "to_date": None if end is None else MARCH[0] + timedelta(days=end),
    }
    return Contact.model_validate({**row, **dates})


spans = st.tuples(st.integers(-3, 22), st.integers(0, 12)).map(lambda span: holder(span[0], sum(span)))
ends = st.sampled_from([holder(None, 2), holder(18, None), holder(None, None)])


@given(st.lists(spans | ends, max_size=5), st.integers(0, 19), st.integers(0, 10))
def test_vacancies_are_exactly_the_days_that_nobody_covers(rows: list[Contact], start: int, length: int) -> None:
    first, last = MARCH[start], MARCH[start] + timedelta(days=length)

    def held(day: date) -> bool:
        return any((row.from_date or date.min) <= day <= (row.to_date or date.max) for row in rows)

    empty = {first + timedelta(days=n) for n in range(length + 1) if not held(first + timedelta(days=n))}
    found = [
        {begin + timedelta(days=n) for n in range((end - begin).days + 1)}
        for begin, end in vacancies(rows, first, last)
    ]
    assert set().union(*found) == empty
    assert sum(map(len, found)) == len(empty)
