"""A correction goes to whoever was sent a figure that has moved beyond the plan's threshold, once for each move."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.campaign.plan.papers_rules import Correction
from tests.campaign.papers.edition_scene import DESK, EditionScene

pytestmark = pytest.mark.usefixtures("pages_alone")

DAY, NEXT, THIRD = "2025-03-05", "2025-03-06", "2025-03-07"


@given(was=st.integers(0, 10**6), moved=st.integers(-(10**6), 10**6), cases=st.integers(0, 1000))
def test_a_figure_is_corrected_beyond_both_thresholds_only(was: int, moved: int, cases: int) -> None:
    rule = Correction(share=0.005, cases=cases)
    assert rule.needed(was, was + moved) == (abs(moved) > cases and abs(moved) > 0.005 * was)


@pytest.fixture
def head(editions: EditionScene) -> str:
    """The head of the district whose registry changes."""
    return editions.frozen.plan.contact("091", "head", editions.frozen.calendar.close(DAY).day).email


def corrections(editions: EditionScene, key: str) -> dict[str, tuple[str, str]]:
    """Subject and text of the corrections that a close posted, by address."""
    return {
        address: (subject, plain)
        for address, subject, plain in editions.rows(
            "select address, subject, plain from mail.message where close_key = :key and kind = 'correction'", key=key
        )
    }


def restate(editions: EditionScene, key: str, code: str, entered: int) -> None:
    """A later close finds that a registry's books said otherwise; what was frozen stays as it is."""
    editions.run(
        "insert into closing.restated_progress (close_key, baseline, registry_code, entered, received, seen_at)"
        " select close_key, baseline, registry_code, :entered, received, close_key from closing.progress"
        " where close_key = :key and registry_code = :code"
        " on conflict (close_key, baseline, registry_code) do update set entered = excluded.entered",
        key=key, code=code, entered=entered,
    )  # fmt: skip


def test_who_was_sent_the_figure_is_told_what_changed_where_and_why_once(editions: EditionScene, head: str) -> None:
    editions.close(DAY)
    editions.publish(DAY)
    restate(editions, DAY, "09101", 300)
    editions.close(NEXT)
    editions.publish(NEXT)
    editions.publish(NEXT)
    found = corrections(editions, NEXT)
    assert set(found) == {DESK, head}
    subject, plain = found[DESK]
    assert subject.startswith("ĐÍNH CHÍNH - số liệu số hóa hộ tịch ngày 05/03/2025")
    assert "NGÀY 05/03/2025: đã nhập" in plain
    assert "- Tỉnh Thí Điểm: đã gửi 1.313, nay là 1.213 (-100)" in plain
    assert "đã gửi 1.076, nay là 976 (-100)" in plain
    assert "(-100)." in plain.rpartition("dữ liệu gốc đã được điều chỉnh tại ")[2]
    assert "Tỉnh Thí Điểm" not in found[head][1].partition("Kính gửi")[2]
    editions.close(THIRD)
    editions.publish(THIRD)
    assert corrections(editions, THIRD) == {}


def test_a_small_move_is_not_told_but_adds_up(editions: EditionScene, head: str) -> None:
    editions.close(DAY)
    editions.publish(DAY)
    restate(editions, DAY, "09101", 370)
    editions.close(NEXT)
    editions.publish(NEXT)
    assert corrections(editions, NEXT) == {}
    restate(editions, DAY, "09101", 340)
    editions.close(THIRD)
    editions.publish(THIRD)
    assert "đã gửi 1.313, nay là 1.253 (-60)" in corrections(editions, THIRD)[DESK][1]


def test_what_moves_again_is_held_against_what_was_told_last(editions: EditionScene, head: str) -> None:
    editions.close(DAY)
    editions.publish(DAY)
    restate(editions, DAY, "09101", 300)
    editions.close(NEXT)
    editions.publish(NEXT)
    restate(editions, DAY, "09101", 400)
    editions.close(THIRD)
    editions.publish(THIRD)
    assert "đã gửi 1.213, nay là 1.313 (+100)" in corrections(editions, THIRD)[DESK][1]


def test_data_that_came_late_makes_no_figure_wrong(editions: EditionScene, head: str) -> None:
    editions.close(DAY)
    editions.run(
        "update closing.progress set entered = null, entered_in_day = null"
        " where close_key = :key and registry_code = '09102'",
        key=DAY,
    )
    editions.publish(DAY)
    editions.know(DAY)
    editions.close(NEXT)
    editions.publish(NEXT)
    assert corrections(editions, NEXT) == {}


def test_a_provisional_figure_is_put_right_by_the_final_edition(editions: EditionScene, head: str) -> None:
    editions.close(DAY, unread=3)
    editions.publish(DAY)
    editions.know(DAY)
    editions.run("update closing.progress set entered = 10 where close_key = :key and registry_code = '09201'", key=DAY)
    editions.close(NEXT)
    editions.publish(NEXT)
    other_head = editions.frozen.plan.contact("092", "head", editions.made[DAY].day).email
    assert set(corrections(editions, NEXT)) == {other_head}
    assert "đã nhập: 337 -> 1.173" in editions.mail(DAY, "final")[2]
