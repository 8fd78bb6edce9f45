"""The picture of entered cases against the roadmap: where its lines lie."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.report.burnup import BurnUp, Courses, Foretold, burn_up, fans
from include.campaign.warehouse import engine
from include.page.burnup import HEIGHT, MARGIN, WIDTH, Drawn, drawn
from tests.campaign.conftest import FrozenTables
from tests.plugins.test_page import PAGE, anonymous, mounted, viewer  # noqa: F401

START = datetime.fromisoformat("2025-03-01T00:00+07:00")
DUE, END = START + timedelta(days=15), START + timedelta(days=20)


def rows(*closes: tuple[float, dict[str, tuple[float, float | None]]]) -> list[Any]:
    """Days since the start, and planned and done by registry."""
    return [
        {"as_of": START + timedelta(days=days), "registry_code": code, "planned": planned, "done": done}
        for days, of in closes
        for code, (planned, done) in of.items()
    ]


def points(line: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (point.split(",") for point in line.split())]


def course(found: list[Any], foretold: tuple[Foretold, ...] = (), quota: int = 100) -> BurnUp | None:
    courses = Courses(tuple(found), {("province", "09"): foretold}, START, DUE, END)
    return burn_up(courses, "09", "Tỉnh", quota, area=False)


def made(found: list[Any], foretold: tuple[Foretold, ...] = (), quota: int = 100) -> Drawn:
    one = course(found, foretold, quota)
    assert one is not None
    return drawn(one)


def test_nothing_lies_at_the_bottom_and_the_quota_at_the_top() -> None:
    one = made(rows((10, {"1": (66, 50)})))
    assert points(one.roadmap)[0] == (0, HEIGHT - MARGIN)
    assert points(one.roadmap)[-2:] == [(0.75 * WIDTH, MARGIN), (WIDTH, MARGIN)]
    assert points(one.entered) == [(WIDTH / 2, HEIGHT / 2)]
    assert (one.done, one.planned, one.fan, one.foretold, one.due_x) == (50, 66, "", None, 0.75 * WIDTH)


def test_a_registry_that_was_not_read_stays_where_it_was() -> None:
    one = made(rows((1, {"1": (10, 10), "2": (10, 20)}), (2, {"1": (20, None), "2": (20, 25)})))
    assert one.done == 35


def test_it_is_said_how_many_registries_were_not_read() -> None:
    one = course(rows((1, {"1": (10, 10), "2": (10, 20)}), (2, {"1": (20, None), "2": (20, 25)})))
    assert one is not None
    assert [close.carried for close in one.closes] == [0, 1]


def test_the_fan_opens_from_what_is_done() -> None:
    near, far = (Foretold(START + timedelta(days=day), low, middle, high) for day, low, middle, high in
                 ((11, 52, 55, 60), (13, 55, 70, 120)))  # fmt: skip
    one = made(rows((10, {"1": (66, 50)})), (near, far))
    edge = points(one.fan)
    assert edge[0] == edge[-1] == points(one.middle)[0] == points(one.entered)[-1]
    assert edge[2] == (0.65 * WIDTH, MARGIN), "the highest is at the top, though it is beyond the quota"
    assert len(edge) == 6
    assert one.foretold == far


@pytest.mark.parametrize(("found", "quota"), [([], 100), (rows((1, {"1": (0, 5)})), 0)])
def test_without_a_quota_or_a_judged_close_there_is_no_picture(found: list[Any], quota: int) -> None:
    assert course(found, (), quota) is None


def test_what_is_foretold_for_closes_that_the_plan_has_not_is_left_out() -> None:
    row = {"scope": "area", "unit_code": "091", "low": 1.0, "middle": 2.0, "high": 3.0}
    found = fans([{**row, "for_key": "b"}, {**row, "for_key": "a"}, {**row, "for_key": "z"}],
                 {"a": START, "b": START + timedelta(days=1)})  # fmt: skip
    assert [one.instant for one in found["area", "091"]] == [START, START + timedelta(days=1)]


def test_the_page_draws_the_province_and_each_area(
    viewer: TestClient,  # noqa: F811
    campaign_db: Endpoint,
    small_plan: Plan,
) -> None:
    with engine(campaign_db).begin() as conn:
        frozen = FrozenTables(conn, small_plan)
        for key, entered in (("2025-03-04", 40), ("2025-03-05", 60)):
            close = frozen.close(key, summary=json.dumps({"line": "x"}))
            for registry in small_plan.registries:
                frozen.registry(close, registry.code, (entered, 5))
                quota = small_plan.quota("plan37", registry.code, "registry")
                frozen.insert(
                    "pace.standing", close_key=key, registry_code=registry.code, stage="entered",
                    planned=quota and quota.cases / 4, done=entered,
                )  # fmt: skip
        for scope, code in (("province", "09"), ("area", "092")):
            frozen.insert(
                "pace.interval", close_key="2025-03-05", for_key="2025-03-08", ahead=3, unit_code=code, scope=scope,
                low=600.7, middle=700, high=801.2,
            )  # fmt: skip
    page = viewer.get(PAGE).text
    said = " ".join(page.split())
    assert page.count('<svg class="up"') == 4
    assert page.count("<polygon") == 2
    assert 'aria-label="Tỉnh Thí Điểm, đơn vị có chỉ tiêu: nhập 540, lộ trình 750, chỉ tiêu 3.000"' in page
    assert "Đến 18:00 ngày 08/03/2025: 600 đến 802 (80 %)." in said
    with engine(campaign_db).begin() as conn:
        conn.execute(text("delete from pace.standing"))
    assert "so với lộ trình, và dự báo" not in viewer.get(PAGE).text
