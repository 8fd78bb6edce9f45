"""The page in Airflow's UI, asked for as a browser does, through the plugin as Airflow mounts it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.render.formats import number, percent
from include.campaign.warehouse import engine
from tests.campaign.conftest import FrozenTables
from tests.conftest import SMALL_PLAN

PAGE = "/campaign/status"


@pytest.fixture(scope="module")
def mounted(airflow_db: None) -> FastAPI:
    """What Airflow's API server is with our plugin in it."""
    from airflow.api_fastapi.app import init_auth_manager, init_plugins  # noqa: PLC0415

    app = FastAPI()
    init_auth_manager(app)
    init_plugins(app)
    return app


@pytest.fixture
def anonymous(mounted: FastAPI, campaign_db: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A browser without a log-in; the page reads the test's campaign database."""
    monkeypatch.setenv("CAMPAIGN_PLAN", str(SMALL_PLAN))
    set_campaign_db(monkeypatch, campaign_db)
    with TestClient(mounted) as client:
        yield client


@pytest.fixture
def viewer(anonymous: TestClient) -> TestClient:
    """A browser whose user may only look."""
    from airflow.api_fastapi.app import get_auth_manager  # noqa: PLC0415
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser  # noqa: PLC0415

    user = SimpleAuthManagerUser(username="khach", role="viewer")
    anonymous.headers["Authorization"] = f"Bearer {get_auth_manager().generate_jwt(user)}"
    return anonymous


def set_campaign_db(monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint) -> None:
    fields = {"host": endpoint.host, "port": endpoint.port, "schema": endpoint.database, "login": endpoint.login}
    monkeypatch.setenv("AIRFLOW_CONN_CAMPAIGN_DB", json.dumps({"conn_type": "postgres", **fields}))


@pytest.fixture
def two_closes(campaign_db: Endpoint, small_plan: Plan) -> None:
    """4 and 5 March of the small plan; on the 5th one registry is unreachable, one refuses, one is not configured."""
    unread = {"09202": "unreachable", "09101": "refused", "093": "not_configured"}
    with engine(campaign_db).begin() as conn:
        frozen = FrozenTables(conn, small_plan)
        before = frozen.close("2025-03-04")
        line = json.dumps({"line": "read 9/12 <b>&</b>", "first_thing": "ask about 09101"})
        close = frozen.close("2025-03-05", state="gaps", summary=line)
        for code in sorted(small_plan.registry_codes):
            frozen.registry(before, code, (10, 5))
            outcome = unread.get(code, "ok")
            done = (20, 10) if outcome == "ok" else (None, None)
            frozen.registry(close, code, done, outcome=outcome, last_known="2025-03-04")


def test_nobody_gets_in_without_airflows_log_in(anonymous: TestClient, two_closes: None) -> None:
    answer = anonymous.get(PAGE)
    assert answer.status_code == 401
    assert "read 9/12" not in answer.text


def test_no_other_route_of_the_app_is_open(anonymous: TestClient) -> None:
    for path in ("/campaign", "/campaign/", "/campaign/docs", "/campaign/openapi.json", "/campaign/redoc"):
        assert anonymous.get(path).status_code in (401, 404), path


def test_a_viewer_sees_the_newest_close_with_its_line_escaped(viewer: TestClient, two_closes: None) -> None:
    answer = viewer.get(PAGE)
    assert answer.status_code == 200
    assert "05/03/2025" in answer.text and "đã khóa sổ, còn thiếu cơ sở" in answer.text
    assert "read 9/12 &lt;b&gt;&amp;&lt;/b&gt;" in answer.text
    assert "ask about 09101" in answer.text


def test_each_unread_registry_is_told_with_why_since_when_and_what_to_do(viewer: TestClient, two_closes: None) -> None:
    page = viewer.get(PAGE).text
    items = [re.sub(r"<[^>]+>", "", item) for item in re.findall(r"<li>(.+?)</li>", page, re.DOTALL)]
    told = {code: " ".join(item.split()) for item in items for code in re.findall(r"\((\d+)\)", item)}
    assert set(told) == {"09202", "09101", "093"}
    assert "không kết nối được, từ ngày 05/03/2025" in told["09202"]
    assert "Mật khẩu bị từ chối: liên hệ đơn vị" in told["09101"] and "registry_09101" in told["09101"]
    assert "Liên hệ: " in told["09101"]
    assert "Thêm kết nối registry_093" in told["093"]


def test_a_registrys_health_is_told_at_the_newest_close(
    viewer: TestClient, two_closes: None, campaign_db: Endpoint
) -> None:
    """How long, how many rows, how often it was tried, when it was seen last, and what the data team knows."""
    with engine(campaign_db).begin() as conn:
        conn.execute(
            text(
                "update closing.registry_close set attempts = 3, took_ms = 90012, last_read_at = '2025-03-04 11:00Z',"
                " acknowledged_until = '2025-03-09', acknowledged_why = 'cháy <máy>' where registry_code = '09202'"
                " and close_key = '2025-03-05'"
            )
        )
        conn.execute(
            text(
                "update closing.registry_close set attempts = 1, took_ms = 1234, entries = 6750"
                " where registry_code = '09102' and close_key = '2025-03-05'"
            )
        )
    page = viewer.get(PAGE).text
    told = " ".join(page.split())
    assert "Đọc được lần cuối lúc 18:00 ngày 04/03/2025." in told
    assert "Đã biết, đến hết ngày 09/03/2025: cháy &lt;máy&gt;." in told
    assert told.count("Chưa đọc được lần nào.") == 1  # 09101; one that is not configured says so instead
    titles = re.findall(r'title="([^"]+05/03/2025: [^"]+)"', page)
    assert any(title.endswith("90,0 giây; 3 lần thử; đã biết, đến hết 09/03/2025") for title in titles)
    assert any(title.endswith("; 6.750 trường hợp; 1,2 giây") for title in titles)


def test_what_is_left_of_duplicates_is_drawn_by_district(
    viewer: TestClient, two_closes: None, campaign_db: Endpoint
) -> None:
    with engine(campaign_db).begin() as conn:
        for key, code, remaining in (
            ("2025-03-04", "09101", 1200),
            ("2025-03-05", "09101", 300),
            ("2025-03-04", "09201", 40),
            ("2025-03-05", "09201", 40),
        ):
            known = {"09101": 1200, "09201": 40}[code]
            conn.execute(
                text(
                    "insert into closing.duplicate_count select :key, :code, 1, :known, :known, :remaining, :remaining,"
                    " 0, 0, 0, 0, :known - :remaining, 0, :known - :remaining, 0, 0, 0, true"
                ),
                {"key": key, "code": code, "known": known, "remaining": remaining},
            )
    page = viewer.get(PAGE).text
    assert "Hồ sơ bị trả vì trùng: còn 340" in page
    line = r'<th scope="row">([^<]+)</th>(?:<td class="number">[^<]+</td>){3}<td class="number">([^<]+)</td>'
    rows = re.findall(line + r'\s*<td><svg[^>]+><polyline points="([^"]+)"/>', page)
    assert rows == [
        ("Tỉnh Thí Điểm", "340", "0.0,1.0 120.0,17.0"),
        ("Thành phố Sông Mơ", "300", "0.0,1.0 120.0,17.5"),
        ("Huyện Đồng Lúa", "40", "0.0,1.0 120.0,1.0"),
    ]


def test_every_registry_has_a_cell_for_every_close_that_is_told_by_a_sign_and_not_by_colour_alone(
    viewer: TestClient, two_closes: None, small_plan: Plan
) -> None:
    page = viewer.get(PAGE).text
    cells = re.findall(r'<td class="(good|wait|act|none)" title="([^"]+)">(.)</td>', page)
    assert len(cells) == (len(small_plan.registry_codes) + 1) * 2  # and the ledger's row
    signs = {}
    for tone, title, sign in cells:
        signs.setdefault(sign, set()).add(tone)
        assert "/03/2025: " in title
    assert signs == {"✓": {"good"}, "M": {"wait"}, "K": {"act"}, "–": {"none"}}
    refused = next(title for _, title, sign in cells if sign == "K")
    assert refused.startswith("Phường 1, thành phố Sông Mơ, 05/03/2025: từ chối đăng nhập")


def test_districts_say_how_many_of_theirs_were_read(viewer: TestClient, two_closes: None) -> None:
    page = " ".join(viewer.get(PAGE).text.split())
    row = page[page.index('<tr class="group"><th scope="row">Thành phố Sông Mơ') :]
    assert re.findall(r"<td>(\d/\d)</td>", row)[:2] == ["4/4", "3/4"]


def test_sums_and_percentages_are_of_the_areas_quota_and_say_how_much_they_cover(
    viewer: TestClient, two_closes: None, small_plan: Plan
) -> None:
    quota = small_plan.quota("plan37", "09", "area")
    page = " ".join(viewer.get(PAGE).text.split())
    province = page[page.index('<th scope="row">Tỉnh Thí Điểm') :]
    cells = [re.sub(r"<[^>]+>", "", cell).split() for cell in re.findall(r"<td.*?</td>", province)[:3]]
    assert quota is not None
    assert cells[0] == [number(quota.cases)]
    assert cells[1] == ["180", *percent(9 * 20, quota.cases).split(), "(9/12)"]
    assert cells[2] == ["90", *percent(9 * 10, quota.cases).split(), "(9/12)"]


def test_nothing_is_fetched_from_elsewhere_and_nothing_opens_a_window(viewer: TestClient, two_closes: None) -> None:
    answer = viewer.get(PAGE)
    assert not re.search(r"<script|target=|https?://|src=|href=\"/", answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert 'name="viewport"' in answer.text


def test_before_the_first_close_the_page_says_so(viewer: TestClient) -> None:
    answer = viewer.get(PAGE)
    assert answer.status_code == 200
    assert "Chưa có ngày nào được khóa sổ" in answer.text


def test_a_database_that_is_down_is_said_in_words_and_names_no_host(
    viewer: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_campaign_db(monkeypatch, Endpoint("127.0.0.1", 1, "campaign", "campaign_owner"))
    answer = viewer.get(PAGE)
    assert answer.status_code == 503
    assert "không trả lời" in answer.text
    assert "127.0.0.1" not in answer.text and "campaign_owner" not in answer.text and "Traceback" not in answer.text


def test_a_missing_connection_is_said(viewer: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_CAMPAIGN_DB")
    answer = viewer.get(PAGE)
    assert answer.status_code == 503 and "Chưa khai báo kết nối campaign_db" in answer.text


def test_an_outcome_that_the_page_does_not_know_is_shown_by_its_name() -> None:
    from include.page.view import _outcomes  # noqa: PLC0415

    assert _outcomes()["eaten"]["words"] == "eaten" and _outcomes()["eaten"]["tone"] == "act"


def test_every_outcome_that_a_source_can_have_has_a_sign_words_and_a_next_step() -> None:
    from include.campaign.pull import Outcome  # noqa: PLC0415
    from include.page.view import _outcomes  # noqa: PLC0415

    known = _outcomes()
    for outcome in {*map(str, Outcome), "not_read"}:
        assert known[outcome]["words"] != outcome
        assert outcome == "ok" or known[outcome]["next"]
    signs = [look["symbol"] for look in known.values()]
    assert len(signs) == len(set(signs))


def test_the_page_stands_in_airflows_menu() -> None:
    from airflow import plugins_manager  # noqa: PLC0415

    views = [view for plugin in plugins_manager._get_plugins()[0] for view in plugin.external_views]
    view = next(view for view in views if view["name"] == "Tình trạng đọc")
    assert view["href"] == PAGE.removeprefix("/")
    assert view["destination"] == "nav"
