"""Kickoff: everyone who answers for a unit is told once, from the plan; the data team reads who was not reached."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from include.campaign.kickoff import (
    KICKOFF,
    kickoff_letter,
    morning_of,
    post_morning,
    reached,
    recipients,
    tell_contacts,
    vacancies,
)
from include.campaign.kickoff.recipients import units_told
from include.campaign.kickoff.telling import kickoff_paper, morning_paper
from include.campaign.mail import SmtpSettings, drain
from include.campaign.mail.holding import acknowledge
from include.campaign.plan import Contact, Plan
from include.campaign.plan.models import StageWindow
from tests.campaign.mail.letters import RULES
from tests.campaign.mail_server import Behaviour
from tests.campaign.papers.reading import seen

DAY = date(2025, 2, 27)
TEAM = "todulieu.sotuphap@thidiem.example"


def at(day: date, hour: int = 8) -> datetime:
    """An hour of a day in the province, as an instant."""
    return datetime(day.year, day.month, day.day, hour - 7, tzinfo=UTC)


def next_day(days: int = 1) -> date:
    return DAY + timedelta(days=days)


def with_contacts(plan: Plan, *rows: Contact) -> Plan:
    return replace(plan, contacts=rows)


def run(engine: Engine, plan: Plan, smtp: SmtpSettings, day: date = DAY, hour: int = 8) -> tuple[int, str | None]:
    """What the DAG does on a morning; returns how many letters were new, and the subject of the data team's."""
    now = at(day, hour)
    with engine.begin() as conn:
        morning = morning_of(conn, plan, day)
        if morning is not None:
            post_morning(conn, plan, morning, now, "run")
        new = tell_contacts(conn, plan, day, now, "run")
    drain(engine, smtp, RULES, now, KICKOFF, pause=lambda seconds: None)
    return new, None if morning is None else morning_paper(morning).subject


def keys(engine: Engine) -> set[str]:
    with engine.connect() as conn:
        return set(conn.execute(text("select message_key from mail.message where kind = 'kickoff'")).scalars())


def letter_of(plan: Plan, unit: str, post: str = "head", day: date = DAY) -> Any:
    [recipient] = [one for one in recipients(plan, day) if one.unit_code == unit and post in one.posts]
    return kickoff_letter(plan, recipient, day)


def page(plan: Plan, unit: str, post: str = "head", day: date = DAY) -> str:
    return seen(kickoff_paper(letter_of(plan, unit, post, day)).html)


# Who


def test_every_unit_has_somebody_for_each_post_and_the_department_is_told(small_plan: Plan) -> None:
    found = recipients(small_plan, DAY)
    answered = {(one.unit_code, post) for one in found for post in one.posts}
    units = {registry.code for registry in small_plan.registries}
    assert answered == {("09", "desk")} | {(code, post) for code in units for post in ("head", "civil_status")}
    assert found[0].contact.email == "sotuphap@thidiem.example"
    assert len({one.key for one in found}) == len(found)


def test_a_vacant_post_falls_to_who_stands_in_and_is_said_so(small_plan: Plan) -> None:
    campaign = small_plan.rules.campaign.first_day
    [khe_xa] = [one for one in recipients(small_plan, campaign) if one.unit_code == "09303" and one.acting]
    assert khe_xa.contact.email == "ubnd.nuixa@thidiem.example" and khe_xa.acting == ("head",)
    words = seen(kickoff_paper(kickoff_letter(small_plan, khe_xa, campaign)).html)
    assert "Chức danh người đứng đầu của xã Khe Xa, huyện Núi Xa đang khuyết" in words
    deputy = [one.contact.post for one in recipients(small_plan, date(2025, 3, 10)) if one.unit_code == "09103"]
    assert deputy == ["deputy", "civil_status"]


@given(st.dates(date(2025, 2, 20), date(2025, 3, 31)))
def test_vacancies_and_stand_ins_are_the_same_posts(small_plan: Plan, day: date) -> None:
    acting = {(one.unit_code, post) for one in recipients(small_plan, day) for post in one.acting}
    assert acting == {(one.unit_code, one.post) for one in vacancies(small_plan, day)}


def test_a_unit_without_books_in_it_is_not_told(small_plan: Plan) -> None:
    units = {**small_plan.units, "094": small_plan.units["093"].model_copy(update={"code": "094", "registry": False})}
    assert "094" not in {unit.code for unit in units_told(replace(small_plan, units=units))}


# Once


def test_everyone_is_told_once_however_often_it_runs(
    engine: Engine, small_plan: Plan, smtp: SmtpSettings, behaviour: Behaviour
) -> None:
    wanted = {one.key for one in recipients(small_plan, DAY)}
    assert run(engine, small_plan, smtp) == (len(wanted), None)
    assert keys(engine) == wanted
    assert run(engine, small_plan, smtp)[0] == 0
    assert run(engine, small_plan, smtp, next_day())[0] == 0
    to_units = [one.contact.email for one in recipients(small_plan, DAY)]
    assert sorted(to_units) == [one for one in behaviour.addresses() if one != TEAM]


def test_a_key_does_not_know_the_day(small_plan: Plan) -> None:
    for unit in ("09", "092", "09202"):
        first, later = ({one.key for one in recipients(small_plan, day) if one.unit_code == unit} for day in
                        (DAY, date(2025, 3, 8)))  # fmt: skip
        assert first == later


def test_who_is_new_is_told_on_the_day_and_nobody_else(
    engine: Engine, small_plan: Plan, smtp: SmtpSettings, behaviour: Behaviour
) -> None:
    run(engine, small_plan, smtp)
    before = len(behaviour.taken)
    changed = [
        row.model_copy(update={"email": "moi.benmo@thidiem.example"})
        if row.unit_code == "09103" and row.from_date
        else row
        for row in small_plan.contacts
    ]
    plan = with_contacts(small_plan, *changed)
    # 5 March: the post falls vacant, its deputy stands in; 17 March: the successor.
    for day, address in ((date(2025, 3, 4), None), (date(2025, 3, 5), "phochutich.benmo.songmo@thidiem.example"),
                         (date(2025, 3, 17), "moi.benmo@thidiem.example"), (date(2025, 3, 18), None)):  # fmt: skip
        told = {one.rcpt_tos[0] for one in behaviour.taken}
        run(engine, plan, smtp, day)
        new = {one.rcpt_tos[0] for one in behaviour.taken} - told - {TEAM}
        assert new - {"phochutich.donglua@thidiem.example"} == ({address} if address else set()) - told
    assert len(behaviour.taken) > before


def test_the_same_address_in_capitals_is_the_same(engine: Engine, small_plan: Plan, smtp: SmtpSettings) -> None:
    run(engine, small_plan, smtp)
    loud = [row.model_copy(update={"email": row.email.upper()}) for row in small_plan.contacts]
    assert run(engine, with_contacts(small_plan, *loud), smtp)[0] == 0


def test_in_quiet_hours_letters_wait(
    engine: Engine, small_plan: Plan, smtp: SmtpSettings, behaviour: Behaviour
) -> None:
    night = datetime(2025, 2, 27, 16, 30, tzinfo=UTC)
    with engine.begin() as conn:
        assert tell_contacts(conn, small_plan, DAY, night, "run")
    drain(engine, smtp, RULES, night, KICKOFF)
    assert behaviour.taken == []
    drain(engine, smtp, RULES, night + timedelta(hours=7), KICKOFF)
    assert len(behaviour.taken) == len(recipients(small_plan, DAY))


# The next morning


def test_the_data_team_reads_who_was_not_reached_and_what_to_do(
    engine: Engine, small_plan: Plan, smtp: SmtpSettings, behaviour: Behaviour
) -> None:
    behaviour.to = {
        "ubnd.axa.nuixa@thidiem.example": "refuse",
        "hotich.axa.nuixa@thidiem.example": "drop_after_data",
        "ubnd.luavang.donglua@thidiem.example": "defer",
    }
    assert run(engine, small_plan, smtp)[1] is None, "nothing had been written before"
    with engine.connect() as conn:
        told = reached(conn, small_plan, DAY)
        letter = morning_of(conn, small_plan, next_day(2))
    assert (len(told.refused), told.uncertain, told.waiting) == (1, 1, 1)
    assert (
        told.line == f"kickoff: {told.contacts - 3}/{told.contacts} contacts told · 1 refused · 1 uncertain · 1 waiting"
    )
    assert told.first_thing == "mend the address of head of unit 09302 in contacts.csv"
    assert letter is not None
    words = seen(morning_paper(letter).html)
    assert (
        "Xã A Xa, huyện Núi Xa (09302) Ủy ban nhân dân xã A Xa, huyện Núi Xa, người đứng đầu ubnd.axa.nuixa"
        "@thidiem.example Bị từ chối (550). Hỏi lại địa chỉ, sửa contacts.csv" in words
    )
    assert "Không rõ đã tới chưa. Gọi hỏi đã nhận chưa; chưa thì gửi lại (mail resend)." in words
    assert "Máy chủ hẹn gửi lại (451). Hệ thống tự gửi lại." in words
    # On 1 March commune 09303 has neither head nor deputy.
    assert "Xã Khe Xa, huyện Núi Xa Người đứng đầu Ủy ban nhân dân huyện Núi Xa người đứng đầu" in words
    plain = morning_paper(letter).plain
    assert (
        "- Xã Khe Xa, huyện Núi Xa, người đứng đầu: thư gửi đến Ủy ban nhân dân huyện Núi Xa (người đứng đầu)" in plain
    )


def test_once_mended_nothing_is_left_to_tell(
    engine: Engine, small_plan: Plan, smtp: SmtpSettings, behaviour: Behaviour
) -> None:
    filled = [row for row in small_plan.contacts if row.unit_code not in ("09103", "09303", "092")]
    always = [row.model_copy(update={"from_date": None, "to_date": None}) for row in small_plan.contacts
              if row.unit_code in ("09103", "09303", "092") and not row.from_date]  # fmt: skip
    plan = with_contacts(small_plan, *filled, *always)
    behaviour.to = {"ubnd.axa.nuixa@thidiem.example": "refuse", "hotich.axa.nuixa@thidiem.example": "drop_after_data"}
    run(engine, plan, smtp)
    assert run(engine, plan, smtp, next_day())[1] == (
        "Thư khởi động, sáng 28/02/2025: 2 thư chưa đến nơi, 0 chức danh khuyết"
    )
    assert run(engine, plan, smtp, next_day(), hour=10)[1] is not None
    sent = [one for one in behaviour.taken if one.rcpt_tos[0] == TEAM]
    assert len(sent) == 1, "one a day"
    # The address is corrected, and the other reader says that he has it.
    right = [row.model_copy(update={"email": "axa@thidiem.example"}) if row.email.startswith("ubnd.axa") else row
             for row in plan.contacts]  # fmt: skip
    mended = with_contacts(plan, *right)
    with engine.begin() as conn:
        acknowledge(conn, "kickoff/09302/hotich.axa.nuixa@thidiem.example", at(next_day()), "xã A Xa")
    assert run(engine, mended, smtp, next_day(2)) == (
        1,
        None,
    ), "nobody was written to since, and nobody is left who was not reached"
    assert "axa@thidiem.example" in behaviour.addresses()
    assert run(engine, mended, smtp, next_day(3))[1] == (
        "Thư khởi động, sáng 02/03/2025: 0 thư chưa đến nơi, 0 chức danh khuyết"
    )
    assert run(engine, mended, smtp, next_day(4)) == (0, None)


def test_a_server_that_is_down_leaves_all_waiting(engine: Engine, small_plan: Plan, smtp: SmtpSettings) -> None:
    run(engine, small_plan, replace(smtp, port=1))
    with engine.connect() as conn:
        told = reached(conn, small_plan, DAY)
    assert (told.accepted, told.waiting) == (0, told.contacts)
    assert told.first_thing.startswith("check the mail server")


# What


@pytest.mark.parametrize(
    "said",
    [
        "Chỉ tiêu của đơn vị Hệ thống chia từ số của cấp trên (quyết định giao). Nguồn: Tạm tính: chia theo bảng mẫu",
        "theo dân số trong huyện. 846 Đơn vị tính: trường hợp. Theo Kế hoạch mẫu: 3.000 trường hợp "
        "(nguồn: Kế hoạch mẫu; ngày 26/02/2025).",
        "Ngày 26/02/2025, thành phố Sông Mơ cam kết với Sở Tư pháp: xong 1.692 trường hợp vào ngày 15/03/2025. "
        "Đơn vị chưa có cam kết riêng.",
        "Nhập (*) (trường hợp) 01/03 15/03",
        "sau giờ chốt số 18:00",
        "lần thứ 1 nhắc người đứng đầu đơn vị, lần thứ 2 đề nghị cấp huyện, lần thứ 3 chuyển Sở Tư pháp, "
        "lần thứ 5 dự thảo trình Chủ tịch tỉnh",
        "“Đã nhập”: trường hợp có trong cơ sở dữ liệu của đơn vị lúc chốt số.",
        "ghi “chưa có số liệu”: không phải là 0",
        "Lỗi phía tiếp nhận (hệ thống tiếp nhận ngừng hoạt động,",
        "Tổ dữ liệu số hóa hộ tịch, Sở Tư pháp: điện thoại 0000 000 004, thư todulieu.sotuphap@thidiem.example",
    ],
)
def test_a_heads_letter(small_plan: Plan, said: str) -> None:
    assert said in page(small_plan, "09101")
    assert "203" not in page(small_plan, "09302", "civil_status").split("Cam kết")[0], "a table of 1 March is not known"


def test_readers_are_told_of_the_mails_that_they_get(small_plan: Plan) -> None:
    officer, head = page(small_plan, "09101", "civil_status"), page(small_plan, "09101")
    assert "Danh sách trường hợp bị trả lại" in officer and "Cảnh báo" not in officer
    assert "Bản sao danh sách" in head and "Báo cáo mốc" not in head
    desk = page(small_plan, "09", "desk")
    assert "3/3 đơn vị cấp dưới trực tiếp đã cam kết, cộng 3.000 trường hợp, hạn muộn nhất 15/03/2025." in desk
    assert "Báo cáo mốc, sau hạn 15/03, 20/03; báo cáo tổng kết sau lần chốt cuối 24:00 ngày 20/03/2025." in desk
    assert "Cơ quan phối hợp nhận thư về lực lượng của mình tối thứ Ba, thứ Sáu." in desk
    assert "Bản sao" not in page(small_plan, "09303", day=date(2025, 3, 1)), "who stands in has no copy"


def test_no_target_is_said_and_never_a_zero(small_plan: Plan) -> None:
    words = page(small_plan, "091")
    assert (
        "Sổ do cấp huyện đăng ký Không giao chỉ tiêu: không tính tỷ lệ, không xếp hạng, không cảnh báo. không giao"
        in words
    )
    bare = replace(small_plan, commitments=())
    assert "Chưa ghi nhận cam kết nào." in page(bare, "091")
    assert "0/3 đơn vị" in page(bare, "09", "desk")


def test_what_is_said_of_rules_is_what_the_rules_say(small_plan: Plan) -> None:
    """Whatever is changed in the plan is changed in the letter: it promises nothing of its own."""
    rules = small_plan.rules
    other = rules.model_copy(
        update={
            "campaign": rules.campaign.model_copy(update={"cut_off": time(17, 15)}),
            "deadlines": rules.deadlines.model_copy(update={"report_by": time(19, 5)}),
            "ladder": rules.ladder.model_copy(
                update={
                    "from_day": 5,
                    "kinds": ("stalled",),
                    "levels": rules.ladder.levels.model_copy(update={"district": 4, "department": 6, "chair": 9}),
                    "acknowledged_days": 2,
                }
            ),
            "completion": rules.completion.model_copy(update={"every_days": 4}),
            "partners": rules.partners.model_copy(update={"weekdays": ("sun",)}),
            "laggard": rules.laggard.model_copy(update={"tolerance_share": 0.125, "stages": ("entered",)}),
            "quiet": rules.quiet.model_copy(update={"from_hour": time(21)}),
        }
    )
    desk = page(replace(small_plan, rules=other), "09", "desk")
    for said in (
        "số chốt lúc 17:15, thư đến trước 19:05",
        "Cảnh báo (từ ngày 05/03) khi đang dừng. Bị",
        "lần thứ 4 đề nghị cấp huyện, lần thứ 6 chuyển Sở Tư pháp, lần thứ 9 dự thảo",
        "lùi nhiều nhất 2 ngày",
        "tối Chủ nhật.",
        "thiếu quá 12,5 % chỉ tiêu",
        "Từ 21:00 đến 06:00 không gửi thư",
    ):
        assert said in desk
    assert "(nhiều nhất 4 ngày một lần)" in page(replace(small_plan, rules=other), "09101")
    assert desk.count("(*)") == 2, "one stage is judged, and the sign is explained"
    assert "Cơ quan phối hợp" not in page(replace(small_plan, partners=()), "09", "desk")


def test_a_units_own_roadmap_is_the_one_that_is_told(small_plan: Plan) -> None:
    zone = small_plan.rules.campaign.timezone
    own: Any = {"unit_code": "091", "stage": "entered", "from": datetime(2025, 3, 3, tzinfo=zone),
                "until": datetime(2025, 3, 11, tzinfo=zone)}  # fmt: skip
    plan = replace(small_plan, roadmap=(StageWindow.model_validate(own),))
    assert "Nhập (*) (trường hợp) 03/03 10/03" in page(plan, "09101")
    assert "Nhập (*) (trường hợp) 01/03 15/03" in page(plan, "09201")


def test_a_later_letter_has_the_baseline_in_force_then(small_plan: Plan) -> None:
    in_force = [{"from": "2025-02-20", "baseline": "plan37"}, {"from": "2025-03-10", "baseline": "stp-2025-03-01"}]
    rules = small_plan.rules.model_copy(
        update={
            "baselines_in_force": tuple(
                type(small_plan.rules.baselines_in_force[0]).model_validate(one) for one in in_force
            )
        }
    )
    words = page(replace(small_plan, rules=rules), "09101", day=date(2025, 3, 12))
    assert "(tạm tính). Nguồn: Tạm tính: chia số của huyện theo dân số. 550 9 sổ" in words
    assert "mở từ năm 2005 trở về trước" in words and "Chỉ để đối chiếu, chỉ tiêu của đơn vị: 846" in words


@pytest.mark.parametrize("name", ["<b>Lúa</b>", "<script>alert(1)</script>", 'A & "B" <', "{{ letter }}"])
def test_names_are_text_and_page_and_text_say_the_same(small_plan: Plan, name: str) -> None:
    units = {**small_plan.units, "09101": small_plan.units["09101"].model_copy(update={"name": name})}
    contacts = [
        row.model_copy(update={"office": name}) if row.unit_code == "09101" else row for row in small_plan.contacts
    ]
    written = kickoff_paper(letter_of(replace(small_plan, units=units, contacts=tuple(contacts)), "09101"))
    root = lxml.html.fromstring(written.html)
    assert root.find(".//script") is None and all(bold.text != "Lúa" for bold in root.iter("b"))
    assert name in seen(written.html) and name in written.plain

    def figures(words: str) -> set[str]:
        return set(re.findall(r"\d+(?:[.,/:]\d+)*", words))

    assert figures(seen(written.html)) == figures(written.plain)


def test_equal_letters_give_equal_bytes_and_no_person_is_named(small_plan: Plan) -> None:
    people = {row.person for row in small_plan.contacts}
    for recipient in recipients(small_plan, DAY):
        letter = kickoff_letter(small_plan, recipient, DAY)
        written = kickoff_paper(letter)
        assert written == kickoff_paper(kickoff_letter(small_plan, recipient, DAY))
        assert not [person for person in people if person in written.html + written.plain + written.subject]
