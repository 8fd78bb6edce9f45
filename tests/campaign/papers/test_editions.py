"""One message about a close for the Department, in the edition that its figures allow; the final one follows, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from jinja2 import TemplateError
from sqlalchemy import text

from include.campaign.editions import answer_by, publish_close, rendering
from include.campaign.endpoint import Endpoint
from include.campaign.mail.holding import drop, release
from include.campaign.plan import Plan
from include.campaign.render import Paper, render
from include.campaign.report import Letter
from include.campaign.warehouse import engine
from tests.campaign.conftest import FrozenTables
from tests.campaign.papers.edition_scene import DESK, EditionScene

pytestmark = pytest.mark.usefixtures("pages_alone")

DAY, NEXT = "2025-03-05", "2025-03-06"


def test_a_close_within_tolerance_goes_out_as_final_once(editions: EditionScene) -> None:
    editions.close(DAY, unread=2)
    editions.publish(DAY)
    editions.publish(DAY)
    assert editions.to_desk(DAY) == [("daily", "queued")]
    subject, _, plain = editions.mail(DAY, "daily")
    assert "TẠM THỜI" not in subject + plain


def test_more_unread_than_tolerated_is_provisional_and_says_what_was_known_last(editions: EditionScene) -> None:
    editions.close("2025-03-04")
    editions.publish("2025-03-04")
    editions.close(DAY, unread=3)
    editions.run("update closing.registry_close set last_known_key = '2025-03-04' where reading_id is null")
    editions.publish(DAY)
    assert editions.to_desk(DAY) == [("daily", "queued")]
    subject, html, plain = editions.mail(DAY, "daily")
    assert subject.startswith("BÁO CÁO TẠM THỜI")
    assert "BÁO CÁO TẠM THỜI" in html
    assert "chưa có số liệu, kết nối được nhưng không trả lời; lần gần nhất đã nhập 400, " in plain
    assert "lúc 18:00 ngày 04/03/2025" in plain


def test_an_acknowledged_registry_makes_nothing_provisional(editions: EditionScene) -> None:
    editions.close(DAY, unread=3)
    editions.run("update closing.registry_close set acknowledged_until = '2025-03-10' where registry_code = '091'")
    editions.publish(DAY)
    assert not editions.mail(DAY, "daily")[0].startswith("BÁO CÁO TẠM THỜI")


def test_the_final_edition_follows_once_and_lists_the_differences(editions: EditionScene) -> None:
    editions.close(DAY, unread=3)
    editions.publish(DAY)
    editions.know(DAY)
    morning = editions.made[DAY].as_of + timedelta(hours=12)
    assert editions.morning(NEXT, morning) == 1
    assert editions.morning(NEXT, morning) == 0
    assert editions.to_desk(DAY) == [("daily", "queued"), ("final", "queued")]
    subject, _, plain = editions.mail(DAY, "final")
    assert subject.startswith("BÁO CÁO CHÍNH THỨC")
    assert "thay báo cáo tạm thời lập lúc 18:20 ngày 05/03/2025" in plain
    assert "- Tỉnh Thí Điểm, đã nhập: 337 -> 1.313" in plain
    assert "đã nhập: 100 -> 1.076" in plain


def test_the_ledger_down_for_three_evenings(editions: EditionScene) -> None:
    days = ["2025-03-03", "2025-03-04", "2025-03-05"]
    for day in days:
        editions.close(day, ledger=False)
        editions.publish(day)
        assert [editions.to_desk(past) for past in days if past <= day] == [
            [("daily", "queued")] for past in days if past <= day
        ]
        subject, _, plain = editions.mail(day, "daily")
        assert subject.startswith("BÁO CÁO TẠM THỜI")
        assert "Sổ tiếp nhận của Bộ Tư pháp: chưa có số liệu" in plain
    for day in days:
        editions.know(day)
    editions.close(NEXT)
    editions.publish(NEXT)
    editions.publish(NEXT)
    assert [editions.to_desk(day) for day in days] == [[("daily", "queued"), ("final", "queued")]] * 3
    assert editions.to_desk(NEXT) == [("daily", "queued")]
    assert "tiếp nhận: chưa có số liệu -> 655" in editions.mail(days[0], "final")[2]


def test_what_never_came_is_final_when_the_campaign_is_over(editions: EditionScene) -> None:
    editions.close(DAY, ledger=False)
    editions.publish(DAY)
    editions.close(NEXT)
    editions.publish(NEXT)
    assert editions.to_desk(DAY) == [("daily", "queued")]
    editions.close("2025-03-20-final")
    editions.publish("2025-03-20-final")
    editions.publish("2025-03-20-final")
    assert editions.to_desk(DAY) == [("daily", "queued"), ("final", "queued")]
    plain = editions.mail(DAY, "final")[2]
    assert "đến nay vẫn không có số liệu" in plain
    assert "Không có số nào khác bản tạm thời." in plain


def test_two_runs_at_once_do_what_one_does(campaign_db: Endpoint, small_plan: Plan) -> None:
    warehouse = engine(campaign_db)
    with warehouse.begin() as conn:
        scene = EditionScene(FrozenTables(conn, small_plan))
        scene.close("2025-03-04", ledger=False)
        scene.publish("2025-03-04")
        scene.know("2025-03-04")
        close = scene.close(DAY)

    def evening(run_id: str) -> int:
        with warehouse.begin() as conn:
            return publish_close(conn, small_plan, scene.frozen.calendar, close, close.as_of, run_id).posted

    with ThreadPoolExecutor(2) as runs:
        posted = list(runs.map(evening, ("one", "other")))
    assert min(posted) == 0 < max(posted)
    with warehouse.connect() as conn:
        kinds = conn.execute(
            text("select close_key, kind from mail.message where address = :desk order by 1, 2"), {"desk": DESK}
        )
        assert [tuple(row) for row in kinds] == [("2025-03-04", "daily"), ("2025-03-04", "final"), (DAY, "daily")]


class TestHeld:
    """A close whose sums do not close."""

    def test_the_report_waits_and_the_department_has_one_page(self, editions: EditionScene) -> None:
        editions.close(DAY, held=True)
        editions.publish(DAY)
        editions.publish(DAY)
        assert sorted(editions.to_desk(DAY)) == [("held", "queued"), ("held-report", "held")]
        assert "đơn vị 09101: 12 trường hợp được ghi, 13 được đếm" in editions.mail(DAY, "held")[2]
        others = editions.rows("select distinct address from mail.message where address != :desk", desk=DESK)
        team = editions.frozen.plan.contact(editions.frozen.plan.province.code, "data_team", editions.made[DAY].day)
        assert others in ([], [(team.email,)])

    def test_released_it_is_the_final_edition(self, editions: EditionScene) -> None:
        close = editions.close(DAY, held=True)
        editions.publish(DAY)
        release(editions.conn, f"{DAY}/{DESK}/held-report", "đã đối chiếu tay", close.as_of, "Bà Phụ trách")
        editions.unanswered(close.as_of + timedelta(hours=14))
        editions.know(DAY)
        editions.publish(DAY)
        assert sorted(editions.to_desk(DAY)) == [("held", "queued"), ("held-report", "queued")]
        assert "phát hành theo quyết định" in editions.mail(DAY, "held-report")[2]

    def test_unanswered_it_goes_out_as_provisional_at_the_hour(self, editions: EditionScene) -> None:
        close = editions.close(DAY, held=True)
        editions.publish(DAY)
        hour = answer_by(editions.frozen.plan, close.as_of)
        assert f"{hour:%d %H:%M}" == "06 07:00"
        assert editions.unanswered(hour - timedelta(minutes=1)) == 0
        assert editions.unanswered(hour) == 1
        assert editions.unanswered(hour) == 0
        assert sorted(editions.to_desk(DAY)) == [
            ("held", "queued"), ("held-report", "dropped"), ("provisional", "queued"),
        ]  # fmt: skip
        assert editions.mail(DAY, "provisional")[0].startswith("BÁO CÁO TẠM THỜI")

    def test_dropped_it_never_goes_and_the_close_that_closes_does(self, editions: EditionScene) -> None:
        close = editions.close(DAY, held=True)
        editions.publish(DAY)
        drop(editions.conn, f"{DAY}/{DESK}/held-report", "số sai", close.as_of, "Bà Phụ trách")
        editions.publish(DAY)
        editions.unanswered(close.as_of + timedelta(hours=14))
        assert sorted(editions.to_desk(DAY)) == [("held", "queued"), ("held-report", "dropped")]
        editions.know(DAY)
        editions.publish(DAY)
        assert ("daily", "queued") in editions.to_desk(DAY)

    def test_closed_again_in_time_it_is_replaced(self, editions: EditionScene) -> None:
        editions.close(DAY, held=True)
        editions.publish(DAY)
        editions.know(DAY)
        editions.publish(DAY)
        assert sorted(editions.to_desk(DAY)) == [
            ("daily", "queued"), ("held", "queued"), ("held-report", "dropped"),
        ]  # fmt: skip


class TestOneThatCannotBeMade:
    """A template error or an empty chart holds that paper; the others go."""

    @pytest.fixture
    def broken(self, monkeypatch: pytest.MonkeyPatch) -> set[str]:
        """Addresses whose letters cannot be made."""
        addresses: set[str] = set()

        def fragile(letter: Letter) -> Paper:
            if letter.address in addresses:
                raise TemplateError("no such figure")
            return render(letter)

        monkeypatch.setattr(rendering, "render", fragile)
        return addresses

    def test_a_district_s_is_held_and_the_others_go(self, editions: EditionScene, broken: set[str]) -> None:
        editions.close(DAY)
        head = editions.frozen.plan.contact("091", "head", editions.made[DAY].day).email
        broken.add(head)
        published = editions.publish(DAY)
        assert [one.letter.address for one in published.unwritten] == [head]
        assert editions.to_desk(DAY) == [("daily", "queued")]
        assert editions.rows("select address, why from mail.unwritten") == [(head, "TemplateError: no such figure")]
        broken.clear()
        assert editions.publish(DAY).posted == 1
        assert editions.rows("select 1 from mail.unwritten") == []

    def test_the_department_s_own_is_replaced_by_a_page_and_follows(
        self, editions: EditionScene, broken: set[str]
    ) -> None:
        editions.close(DAY)
        broken.add(DESK)
        editions.publish(DAY)
        editions.publish(DAY)
        assert editions.to_desk(DAY) == [("failed", "queued")]
        subject, _, plain = editions.mail(DAY, "failed")
        assert subject.startswith("Chưa có báo cáo")
        assert "phần trình bày của báo cáo bị lỗi" in plain
        assert "18:00 ngày 06/03/2025" in plain
        broken.clear()
        editions.publish(DAY)
        assert sorted(editions.to_desk(DAY)) == [("daily", "queued"), ("failed", "queued")]
