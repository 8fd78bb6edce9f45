"""Partners' mails: their own forces, promised and there, by unit and week; what is not known is said."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.campaign.days import Close
from include.campaign.mail import SmtpSettings, drain, post
from include.campaign.plan import Plan
from include.campaign.render import Paper, render
from include.campaign.report import Letter, write_letters
from include.campaign.report.partners import PartnerBlock, PresenceWeek, _together
from tests.campaign.conftest import FrozenTables
from tests.campaign.cure.test_cure_paper import need
from tests.campaign.mail.letters import RULES
from tests.campaign.mail_server import Behaviour
from tests.campaign.papers.reading import seen

pytestmark = pytest.mark.usefixtures("pages_alone")

YOUTH, TEACHERS = "Đoàn Thanh niên thành phố Sông Mơ", "Phòng Giáo dục và Đào tạo thành phố Sông Mơ"
GUARDS = "Bộ đội Biên phòng tỉnh Thí Điểm"
ADDRESSES = {YOUTH: "doantn.songmo@thidiem.example", GUARDS: "bienphong.thidiem@thidiem.example"}
TUESDAY, FRIDAY = "2025-03-04", "2025-03-07"


def force(frozen: FrozenTables, key: str, place: int, partner: str | None = YOUTH, **columns: Any) -> None:
    usual = {"kind": "youth_union", "unit_code": "091", "promised": 6, "promised_here": 4.5, "present": 3.0,
             "missing": 1, "reported": 3, "registries": 4}  # fmt: skip
    frozen.insert("cure.force", close_key=key, place=place, partner=partner, **(usual | columns))


def closes(frozen: FrozenTables, *keys: str) -> Close:
    for key in keys:
        close = frozen.close(key)
        for registry in frozen.plan.registries:
            frozen.registry(close, registry.code, (10, 5), (1, 1))
        frozen.insert("ladder.evening", close_key=key, judged=8, flagged=3, newly=2, verdict="stepped")
    return close


def letters(frozen: FrozenTables, close: Close, plan: Plan | None = None) -> dict[str, Letter]:
    written = write_letters(frozen.conn, plan or frozen.plan, frozen.calendar, close)
    return {letter.address: letter for letter in written if any(block.kind == "partner" for block in letter.blocks)}


def block(frozen: FrozenTables, close: Close, partner: str = YOUTH) -> PartnerBlock:
    [found] = letters(frozen, close)[ADDRESSES[partner]].blocks
    assert isinstance(found, PartnerBlock)
    return found


@pytest.fixture
def friday(frozen: FrozenTables) -> Close:
    """Two weeks of the town's youth union, and a day of border guards of whom nobody has reported."""
    days = ("2025-03-01", "2025-03-02", "2025-03-03", TUESDAY, "2025-03-05", "2025-03-06", FRIDAY)
    close = closes(frozen, *days)
    for number, key in enumerate(days):
        told = number != 3
        force(frozen, key, 0, present=float(number) if told else 0.0, reported=3 if told else 0,
              promised_here=4.5 if told else 0.0, missing=1 if told else 0)  # fmt: skip
    force(frozen, FRIDAY, 1, GUARDS, kind="border_guards", unit_code="09302", promised=2, promised_here=0.0,
          present=0.0, missing=0, reported=0, registries=1)  # fmt: skip
    force(frozen, FRIDAY, 2, None, unit_code="09", promised=0)
    return close


# When, to whom


def test_only_on_the_plans_weekdays_and_only_about_who_is_promised_then(frozen: FrozenTables) -> None:
    keys = ("2025-03-03", TUESDAY, "2025-03-05")
    close = closes(frozen, *keys)
    for key in keys:
        force(frozen, key, 0)
    assert letters(frozen, close) == {}
    tuesday = frozen.calendar.close(TUESDAY)
    assert set(letters(frozen, tuesday)) == {ADDRESSES[YOUTH]}
    rules = frozen.plan.rules.model_copy(
        update={"partners": frozen.plan.rules.partners.model_copy(update={"weekdays": ("wed",)})}
    )
    other = replace(frozen.plan, rules=rules)
    assert set(letters(frozen, close, other)) == {ADDRESSES[YOUTH]} and letters(frozen, tuesday, other) == {}


def test_nobody_is_written_to_whom_the_plan_does_not_name(frozen: FrozenTables, friday: Close) -> None:
    assert set(letters(frozen, friday)) == set(ADDRESSES.values())
    assert letters(frozen, friday, replace(frozen.plan, partners=())) == {}
    gone = [row.model_copy(update={"to_date": date(2025, 3, 6)}) for row in frozen.plan.partners]
    assert letters(frozen, friday, replace(frozen.plan, partners=tuple(gone))) == {}


def test_a_held_day_and_the_final_close_tell_nothing(frozen: FrozenTables) -> None:
    held = frozen.close(TUESDAY, state="held", held_why="lệch")
    force(frozen, held.key, 0)
    assert letters(frozen, held) == {}
    final = frozen.close("final")
    force(frozen, final.key, 0)
    every_day = frozen.plan.rules.partners.model_copy(update={"weekdays": ("mon", "tue", "wed", "thu", "fri")})
    rules = frozen.plan.rules.model_copy(update={"partners": every_day})
    assert letters(frozen, final, replace(frozen.plan, rules=rules)) == {}


def test_one_mail_for_each_close_however_often_it_is_posted(
    frozen: FrozenTables, friday: Close, smtp: SmtpSettings, behaviour: Behaviour
) -> None:
    papers = [render(letter) for letter in letters(frozen, friday).values()]
    for _ in range(2):
        post(frozen.conn, friday, papers, friday.as_of, "run")
    frozen.conn.commit()
    for _ in range(2):
        drain(frozen.conn.engine, smtp, RULES, datetime(2025, 3, 7, 11, 30, tzinfo=UTC), pause=lambda seconds: None)
    assert behaviour.addresses() == sorted(ADDRESSES.values())


# What


def test_weeks_are_calendar_weeks_of_the_days_that_are_closed(frozen: FrozenTables, friday: Close) -> None:
    first, second = block(frozen, friday).weeks
    assert (first.first, first.last) == (date(2025, 3, 1), date(2025, 3, 2))
    assert (first.days, first.known, first.present, first.person_days) == (2, 2, 0.5, 1.0)
    # Of Monday to Friday one day has no report: it counts neither as presence nor as absence.
    assert (second.days, second.known, second.promised, second.promised_here) == (5, 4, 6, 4.5)
    assert (second.present, second.person_days) == (pytest.approx((2 + 4 + 5 + 6) / 4), 17.0)


def test_a_week_that_is_not_over_holds_only_what_came_before_the_close(frozen: FrozenTables, friday: Close) -> None:
    assert block(frozen, friday).weeks[1].days == 5
    tuesday = block(frozen, frozen.calendar.close(TUESDAY)).weeks
    assert [(week.days, week.known) for week in tuesday] == [(2, 2), (2, 1)]
    assert letters(frozen, friday) == letters(frozen, friday)


def test_page_and_text_of_a_partner(frozen: FrozenTables, friday: Close) -> None:
    need(frozen, friday, "09101")
    need(frozen, friday, "09102", more_people=7, per_person_day=5.0, people=12)
    need(frozen, friday, "09103", more_people=None, people=None, per_person_day=None)
    need(frozen, friday, "09201", more_people=9)
    moved = {
        "people": 2,
        "days": 8.0,
        "neighbouring": True,
        "chance_before": 0.1,
        "chance_after": 0.6,
        "giver_chance": 1.0,
    }
    for place, (kind, receiver) in enumerate((("youth_union", "09201"), ("police", "09203"))):
        move = {"close_key": friday.key, "place": place, "giver": "09101", "receiver": receiver, "kind": kind}
        frozen.insert("cure.proposal", **(move | moved))
    paper = render(letters(frozen, friday)[ADDRESSES[YOUTH]])
    assert paper.subject == f"Lực lượng tham gia số hóa hộ tịch, ngày 07/03/2025: {YOUTH}"
    words = seen(paper.html)
    for said in (
        f"Kính gửi: {YOUTH}",
        "Hôm nay đã hứa 6 người; còn thiếu 1 người ở các đơn vị có báo cáo.",
        "01/03–02/03 2/2 ngày có báo cáo 6 0/4 1 ",
        "03/03–07/03 4/5 ngày có báo cáo 6 4/4 17 ",
        "Thành phố Sông Mơ: đoàn viên thanh niên 01/03–02/03: 0/4; 03/03–07/03: 4/4; 3/4 đơn vị báo cáo; "
        "mỗi người nhập khoảng 6,1 trường hợp/ngày (2/4 đơn vị có số) 6 6/4 thiếu 1",
        "Phường 2, thành phố Sông Mơ: cần thêm 7 người trong 11 ngày (còn 446 trường hợp, đang có 12 người).",
        "2 đoàn viên thanh niên từ phường 1, thành phố Sông Mơ sang thị trấn Đồng Lúa, huyện Đồng Lúa",
        "Đơn vị chưa báo cáo không tính là thiếu.",
    ):
        assert said in words
    assert "công an" not in words, "another kind's proposal"
    assert words.index("Phường 2, thành phố Sông Mơ") < words.index("Phường 1, thành phố Sông Mơ"), "most wanted first"
    assert "Đồng Lúa, huyện Đồng Lúa: cần" not in words, "not a unit of theirs"

    def figures(text: str) -> set[str]:
        return set(re.findall(r"\d+(?:[.,/]\d+)*", text))

    assert figures(words) == figures(paper.plain)


def test_nobody_reported_is_no_data_and_never_nobody_there(frozen: FrozenTables, friday: Close) -> None:
    paper = render(letters(frozen, friday)[ADDRESSES[GUARDS]])
    words = seen(paper.html)
    assert "Hôm nay đã hứa 2 người; chưa đơn vị nào báo cáo ai có mặt." in words
    assert (
        "chưa có số liệu" in words
        and "thiếu 2" not in words
        and "0/" not in words.split("Theo tuần")[1].replace("0/1 ngày có báo cáo", "")
    )
    assert "Chưa đủ báo cáo: Xã A Xa, huyện Núi Xa (bộ đội biên phòng: chưa đơn vị nào báo cáo)." in words
    assert "0 ngày công" not in paper.plain


def test_a_promise_that_is_over_is_told_with_one_that_holds_and_not_alone(frozen: FrozenTables) -> None:
    close = closes(frozen, TUESDAY, FRIDAY)
    force(frozen, TUESDAY, 0, kind="it_staff")
    force(frozen, FRIDAY, 0)
    paper = render(letters(frozen, close)[ADDRESSES[YOUTH]])
    assert "đoàn viên thanh niên: đã hứa 6, có mặt 3/4, thiếu 1" in paper.plain
    assert "cán bộ CNTT: 04/03: 3/4; thời gian hứa đã hết" in paper.plain
    assert "Hôm nay đã hứa 6 người" in paper.plain, "what is over is not in the sum"
    # On the Friday the teachers' time is over: they have no mail.
    force(frozen, TUESDAY, 1, TEACHERS, kind="it_teachers")
    assert set(letters(frozen, close)) == {ADDRESSES[YOUTH]}


def test_before_the_day_of_judging_nobody_is_said_to_need_help(frozen: FrozenTables) -> None:
    close = frozen.close(TUESDAY)
    frozen.insert("ladder.evening", close_key=close.key, judged=8, flagged=0, newly=0, verdict="too early")
    force(frozen, close.key, 0)
    need(frozen, close, "09101")
    words = seen(render(letters(frozen, close)[ADDRESSES[YOUTH]]).html)
    assert "Chưa xét: còn quá sớm." in words and "cần thêm 3 người" not in words


def test_no_person_is_named_and_equal_letters_give_equal_bytes(frozen: FrozenTables, friday: Close) -> None:
    def papers() -> list[Paper]:
        return [render(letter) for letter in letters(frozen, friday).values()]

    people = [row.person for row in frozen.plan.partners] + [row.person for row in frozen.plan.contacts]
    for paper in papers():
        assert not [person for person in people if person in paper.html + paper.plain]
    assert papers() == papers()


@pytest.mark.parametrize("name", ["<b>Đoàn</b>", "<script>alert(1)</script>"])
def test_names_are_text(frozen: FrozenTables, friday: Close, name: str) -> None:
    partners = [row.model_copy(update={"office": name}) for row in frozen.plan.partners]
    paper = render(letters(frozen, friday, replace(frozen.plan, partners=tuple(partners)))[ADDRESSES[YOUTH]])
    assert name not in paper.html and name in seen(paper.html) and f"Kính gửi: {name}" in paper.plain


@st.composite
def weeks(draw: st.DrawFn) -> PresenceWeek:
    days = draw(st.integers(1, 7))
    known = draw(st.integers(0, days))
    present = draw(st.floats(0, 50)) if known else None
    return PresenceWeek(
        first=date(2025, 3, 3),
        last=date(2025, 3, 3 + days - 1),
        promised=draw(st.integers(0, 50)),
        days=days,
        known=known,
        promised_here=draw(st.floats(0, 50)) if known else None,
        present=present,
        person_days=(present or 0.0) * known,
    )


@given(st.lists(weeks(), min_size=1, max_size=6))
def test_lines_add_up_and_what_is_unknown_adds_nothing(lines: list[PresenceWeek]) -> None:
    total = _together(lines)
    known = [line for line in lines if line.present is not None]
    assert (total.present is None) == (not known)
    assert total.promised == sum(line.promised for line in lines)
    assert (total.present or 0.0) == pytest.approx(sum(line.present or 0.0 for line in known))
    assert total.person_days == pytest.approx(sum(line.person_days for line in lines))
    assert total.known <= total.days
