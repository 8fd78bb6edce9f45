"""The data team's mail of an evening: what was frozen is told, what comes first stands first, and it stays the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from include.campaign.days import Close
from include.campaign.looking_back import look_back
from include.campaign.mail import Message, SmtpSettings, drain, enqueue
from include.campaign.mail.holding import hold
from include.campaign.render import Paper, render
from include.campaign.report import Letter, write_letters
from include.campaign.report.operations import OperationsBlock
from tests.campaign.conftest import FrozenTables
from tests.campaign.mail.letters import RULES
from tests.campaign.mail_server import Behaviour
from tests.campaign.papers.reading import seen

pytestmark = pytest.mark.usefixtures("pages_alone")

TEAM, DESK = "todulieu.sotuphap@thidiem.example", "sotuphap@thidiem.example"
BEFORE, DAY = "2025-03-04", "2025-03-05"


def letter_of(frozen: FrozenTables, close: Close) -> Letter:
    [found] = [one for one in write_letters(frozen.conn, frozen.plan, frozen.calendar, close) if one.address == TEAM]
    return found


def block(frozen: FrozenTables, close: Close) -> OperationsBlock:
    [found] = letter_of(frozen, close).blocks
    assert isinstance(found, OperationsBlock)
    return found


def paper_of(frozen: FrozenTables, close: Close) -> Paper:
    return render(letter_of(frozen, close))


def page(frozen: FrozenTables, close: Close) -> str:
    return seen(paper_of(frozen, close).html)


def first(frozen: FrozenTables, close: Close) -> str:
    return block(frozen, close).first.kind


def look(frozen: FrozenTables, close: Close, minutes: float = 7) -> bool:
    return look_back(frozen.conn, frozen.plan, frozen.calendar, close, close.as_of + timedelta(minutes=minutes))


def calm(frozen: FrozenTables, key: str = DAY) -> Close:
    """A close at which everything was read."""
    close = frozen.close(key)
    for registry in frozen.plan.registries:
        frozen.registry(close, registry.code, (10, 5), (1, 1))
    return close


def earlier(frozen: FrozenTables, *left_out: str) -> None:
    """The closes before the day, but for some."""
    for key in ("2025-03-01", "2025-03-02", "2025-03-03", BEFORE):
        if key not in left_out:
            frozen.close(key)


def message(address: str, close_key: str = BEFORE, **columns: Any) -> Message:
    usual = {"key": f"{close_key}/{address}", "kind": "daily", "office": f"Cơ quan {address.partition('@')[0]}",
             "reply_to": DESK, "subject": "s", "html": "<p>h</p>", "plain": "p"}  # fmt: skip
    return Message(close_key=close_key, address=address, **(usual | columns))


def breaks(frozen: FrozenTables, close: Close, kind: str, **figures: int) -> None:
    """Breaks of one kind and age in one registry."""
    none = dict.fromkeys(("open", "new", "cleared", "waived", "reopened", "newly_waived", "unseen"), 0)
    of = {"close_key": close.key, "registry_code": "09101", "kind": kind, "age_band": "1", "oldest_days": 1}
    frozen.conn.execute(
        text("insert into closing.break_close (close_key, in_order) values (:key, true) on conflict do nothing"),
        {"key": close.key},
    )
    frozen.insert("closing.break_count", **(of | none | figures))


# Sources, breaks, transfers


def test_the_golden_day(frozen: FrozenTables, golden_day: Close) -> None:
    letter = letter_of(frozen, golden_day)
    assert letter.office == "Tổ dữ liệu số hóa hộ tịch, Sở Tư pháp" and len(letter.blocks) == 1
    paper = render(letter)
    assert paper.subject == "Vận hành số hóa hộ tịch ngày 05/03/2025: đọc 11/12"
    words = seen(paper.html)
    for said in (
        "Việc đầu tiên: Xã Hòa Lúa, huyện Đồng Lúa: không kết nối được. Việc cần làm ở trang “Tình trạng đọc”.",
        "Nguồn dữ liệu: đọc được 11/12 Đọc được 11; không kết nối được 1. Sổ tiếp nhận của Bộ Tư pháp: đã đọc.",
        "Xã Hòa Lúa, huyện Đồng Lúa (09202): không kết nối được từ 05/03/2025; chưa đọc được lần nào.",
        "Đúng hạn, muộn hạn Chưa có số liệu.",
    ):
        assert said in words


def test_health_of_sources(frozen: FrozenTables) -> None:
    close = frozen.close(DAY)
    for registry in frozen.plan.registries:
        frozen.registry(
            close, registry.code, (10, 5), outcome={"09101": "hung", "09102": "refused"}.get(registry.code, "ok")
        )

    def note(code: str, **columns: Any) -> None:
        names = ", ".join(f"{name} = :{name}" for name in columns)
        frozen.conn.execute(
            text(f"update closing.registry_close set {names} where registry_code = :code"), {"code": code, **columns}
        )

    note("09101", attempts=3, last_read_at=close.as_of - timedelta(days=1, hours=2))
    note("09102", acknowledged_until=close.day + timedelta(days=5), acknowledged_why="chờ máy mới", attempts=1)
    note("09103", took_ms=31_400)
    note("09201", took_ms=29_900)
    note("09202", took_ms=88_000)
    note("09203", lacking=["entry.reviewed_at"])
    found = block(frozen, close)
    assert [(slow.name, slow.took.total_seconds()) for slow in found.slow] == [
        ("Xã Hòa Lúa, huyện Đồng Lúa", 88.0),
        ("Xã Bến Mơ, thành phố Sông Mơ", 31.4),
    ]
    words = page(frozen, close)
    assert "Đọc được 10; từ chối đăng nhập 1" in words or "đọc được 10" in words.lower()
    assert (
        "(09101): kết nối được nhưng không trả lời từ 05/03/2025, 3 lần thử; đọc được lần cuối 16:00 ngày 04/03/2025"
        in words
    )
    known = words.partition("Đã biết là không đọc được")[2]
    assert known.startswith(" Phường 2, thành phố Sông Mơ (09102), đến hết 10/03/2025: chờ máy mới")
    assert "Đọc chậm (từ 30 giây): Xã Hòa Lúa, huyện Đồng Lúa 88 giây; Xã Bến Mơ, thành phố Sông Mơ 31 giây." in words
    assert "Đọc được một phần: Xã Lúa Vàng, huyện Đồng Lúa (entry.reviewed_at)." in words
    assert "09102" not in words.partition("Đã biết")[0], "an acknowledged source is no news"


def test_breaks_and_transfers(frozen: FrozenTables) -> None:
    close = calm(frozen)
    for kind, figures in (("cancelled", (5, 2, 1, 0)), ("closing_total", (0, 0, 4, 1)), ("scan_name", (0, 0, 0, 0))):
        opened, new, cleared, waived = figures
        breaks(frozen, close, kind, open=opened, new=new, cleared=cleared, waived=waived)
    frozen.insert("transfers.wave", run_id="run", day_key=close.key, as_of=close.as_of, breaker="open",
                  lately_accepted=1000, answered=0, fell=0, cap=100, carried=0, due=70, chosen=60, waiting=10,
                  not_due=20, settled=0, held=0, poisoned=0, why="test")  # fmt: skip
    for entry_id, state in (
        (1, "requeued"),
        (2, "requeued"),
        (3, "unreached"),
        (4, "not_permitted"),
        (5, "not_requeued"),
    ):
        frozen.insert("transfers.decision", day_key=close.key, registry_code="09101", entry_id=entry_id,
                      rule="remote fault", requeue_key="k", why="REMOTE_TIMEOUT", decided_at=close.as_of,
                      run_id="run", state=state)  # fmt: skip
    names = [line.name for line in block(frozen, close).breaks]
    assert len(names) == 2, "kinds without any are left out"
    plain = paper_of(frozen, close).plain
    assert "SAI LỆCH: CÒN 5\n" in plain and "mới 2; đã hết 1; còn 5\n" in plain
    assert "mới 0; đã hết 4; còn 0; tạm gác 1\n" in plain
    assert "Được đưa lại nhiều nhất 100; đến lượt 70, vượt mức 10, chưa đến lúc 20." in plain
    assert "Đã đưa lại 2/5 (lỗi phía tiếp nhận 2); chưa thực hiện được 0; không có quyền 1; không còn cần 2." in plain


# Deliveries and what was late


def test_deliveries_of_the_close_before_by_state_and_what_a_person_must_do(
    frozen: FrozenTables, smtp: SmtpSettings, behaviour: Behaviour
) -> None:
    earlier(frozen)
    behaviour.to = {
        "refused@thidiem.example": "refuse",
        "lost@thidiem.example": "drop_after_data",
        "later@thidiem.example": "defer",
    }
    names = ("refused", "lost", "later", "well", "kept")
    messages = [message(f"{name}@thidiem.example") for name in names]
    old = message("old@thidiem.example", "2025-03-02")
    long_ago = message("gone@thidiem.example", "2025-03-02")
    alarm = message(TEAM, f"{BEFORE}-watchdog", kind="watchdog")
    evening = datetime(2025, 3, 4, 11, 20, tzinfo=UTC)
    enqueue(frozen.conn, [*messages, message(DESK), old, long_ago, alarm], evening, "test")
    hold(frozen.conn, f"{BEFORE}/kept@thidiem.example", "thiếu biểu đồ", evening)
    hold(frozen.conn, "2025-03-02/old@thidiem.example", "chờ Sở", evening)
    frozen.conn.execute(text("update mail.message set state = 'refused' where address = 'gone@thidiem.example'"))
    frozen.conn.commit()
    drain(frozen.conn.engine, smtp, RULES, evening, pause=lambda seconds: None)
    close = calm(frozen)
    assert look(frozen, close) and not look(frozen, close, 600)
    found = block(frozen, close).deliveries
    assert found is not None and found.day is not None and found.day.isoformat() == BEFORE
    assert found.by_state == {"accepted": 2, "deferred": 1, "held": 1, "refused": 1, "uncertain": 1}
    assert (found.alarms, found.waiting) == (1, 1)
    assert [(one.address.partition("@")[0], one.state, one.of_key) for one in found.to_see_to] == [
        ("old", "held", "2025-03-02"),
        ("kept", "held", BEFORE),
        ("refused", "refused", BEFORE),
        ("lost", "uncertain", BEFORE),
    ]
    words = page(frozen, close)
    assert "đang giữ 1" in words and "Cơ quan kept, kept@thidiem.example" in words
    assert "đang giữ: thiếu biểu đồ papers release hoặc papers drop." in words
    assert "bị từ chối (550) Sửa địa chỉ trong tệp đầu mối, rồi mail resend." in words
    assert "không rõ đã tới chưa Hỏi đã nhận chưa: mail acknowledge, chưa thì mail resend." in words
    assert "Còn chờ gửi, lần chạy sau tự gửi: 1 thư." in words


def test_papers_that_could_not_be_made_come_before_all_other_mails(frozen: FrozenTables) -> None:
    earlier(frozen)
    enqueue(frozen.conn, [message("a@thidiem.example")], datetime(2025, 3, 4, 11, tzinfo=UTC), "test")
    hold(frozen.conn, f"{BEFORE}/a@thidiem.example", "chờ", datetime(2025, 3, 4, 11, tzinfo=UTC))
    frozen.insert("mail.unwritten", close_key=BEFORE, address="x@thidiem.example", unit_code="091", office="UBND X",
                  why="UndefinedError: <b>", failed_at=datetime(2025, 3, 4, 11, tzinfo=UTC))  # fmt: skip
    close = calm(frozen)
    look(frozen, close)
    words = page(frozen, close)
    assert "Việc đầu tiên: Có thư không lập được (UBND X)" in words
    assert "không lập được: UndefinedError: <b> Sửa rồi chạy lại write_reports." in words


def test_late_and_in_time(frozen: FrozenTables) -> None:
    earlier(frozen, "2025-03-02")
    frozen.conn.execute(text("update closing.close set state = 'held' where close_key = '2025-03-03'"))
    enqueue(frozen.conn, [message(DESK)], datetime(2025, 3, 4, 11, 5, tzinfo=UTC), "test")
    accepted = text("update mail.message set state = 'accepted', settled_at = :at where address = :desk")
    frozen.conn.execute(accepted, {"at": datetime(2025, 3, 4, 11, 41, tzinfo=UTC), "desk": DESK})
    close = calm(frozen)
    look(frozen, close, minutes=31)
    late = block(frozen, close).late
    assert late is not None and late.close_late and late.report_late
    assert late.unfinished == ("2025-03-02", "2025-03-03")
    words = page(frozen, close)
    assert "Chốt MUỘN: 18:31 ngày 05/03/2025, hạn 18:30 ngày 05/03/2025." in words
    assert "Báo cáo lần chốt trước đến MUỘN: 18:41 ngày 04/03/2025, hạn 18:40 ngày 04/03/2025." in words
    assert "Việc đầu tiên: Chốt lại ngày 2025-03-02" in words


def test_in_time_is_said_too_and_a_report_that_never_came(frozen: FrozenTables) -> None:
    earlier(frozen)
    close = calm(frozen)
    look(frozen, close)
    words = page(frozen, close)
    assert "Chốt đúng hạn: 18:07 ngày 05/03/2025." in words
    assert "Sở chưa có thư nào, hạn 18:40 ngày 04/03/2025." in words


def test_the_first_close_has_none_before(frozen: FrozenTables) -> None:
    close = calm(frozen, "2025-03-01")
    look(frozen, close)
    words = page(frozen, close)
    assert "Thư của lần chốt trước Chưa có lần chốt trước." in words and "Báo cáo lần chốt trước" not in words
    assert first(frozen, close) == "nothing"


# What comes first


def test_what_comes_first(frozen: FrozenTables) -> None:
    """One trouble after the other is added, the least urgent first: each takes the place of the one before."""
    earlier(frozen)
    close = calm(frozen)
    at = datetime(2025, 3, 4, 11, tzinfo=UTC)
    assert first(frozen, close) == "nothing"

    frozen.conn.execute(text("update plan.break_kind set owner = 'data_team' where kind = 'cancelled'"))
    breaks(frozen, close, "cancelled", open=1, new=1)
    assert first(frozen, close) == "breaks"
    frozen.insert("closing.code_count", close_key=close.key, registry_code="09101", register="KS", phase=2,
                  state="rejected", error_code="NEW_9", entries=4)  # fmt: skip
    assert first(frozen, close) == "code"

    def mails(state: str, name: str) -> None:
        enqueue(frozen.conn, [message(f"{name}@thidiem.example")], at, "test")
        frozen.conn.execute(
            text("update mail.message set state = :state where address = :address"),
            {"state": state, "address": f"{name}@thidiem.example"},
        )
        frozen.conn.execute(text("delete from operations.undelivered"))
        frozen.conn.execute(text("delete from operations.delivery"))
        frozen.conn.execute(text("delete from operations.evening"))
        look(frozen, close)

    for state, kind in (("deferred", "waits"), ("uncertain", "uncertain"), ("refused", "refused"), ("held", "kept")):
        mails(state, kind)
        assert first(frozen, close) == kind
    frozen.conn.execute(
        text("update closing.registry_close set reading_id = null, outcome = 'hung' where registry_code = '09201'")
    )
    assert first(frozen, close) == "source"
    frozen.conn.execute(text("update closing.close set ledger_reading_id = null where close_key = :key"), {"key": DAY})
    assert first(frozen, close) == "ledger"
    frozen.conn.execute(
        text("update closing.close set state = 'held', held_why = 'lệch 3' where close_key = :key"), {"key": DAY}
    )
    assert first(frozen, close) == "held"
    paper = paper_of(frozen, close)
    assert paper.kind == "held" and paper.subject.endswith("chưa chốt được")
    assert "Ngày chưa chốt được: lệch 3" in seen(paper.html)


# It stays the same


def test_what_happens_later_is_not_told(frozen: FrozenTables, smtp: SmtpSettings, behaviour: Behaviour) -> None:
    earlier(frozen)
    evening = datetime(2025, 3, 4, 11, 20, tzinfo=UTC)
    behaviour.to = {"later@thidiem.example": "defer"}
    enqueue(frozen.conn, [message("later@thidiem.example"), message(DESK)], evening, "test")
    frozen.conn.commit()
    drain(frozen.conn.engine, smtp, RULES, evening, pause=lambda seconds: None)
    close = calm(frozen)
    look(frozen, close)
    before = paper_of(frozen, close)
    frozen.conn.commit()
    behaviour.to = {}
    drain(frozen.conn.engine, smtp, RULES, evening + timedelta(hours=9), pause=lambda seconds: None)
    frozen.close("2025-03-06")
    look(frozen, close, minutes=900)
    frozen.conn.execute(
        text("update closing.close set closed_at = closed_at + interval '1 day' where close_key = :key"), {"key": DAY}
    )
    after = paper_of(frozen, close)
    assert (after.html, after.plain, after.subject) == (before.html, before.plain, before.subject)
    assert frozen.conn.execute(text("select count(*) from mail.message where state = 'deferred'")).scalar() == 0


def test_page_and_text_have_the_same_figures_and_everything_is_text(frozen: FrozenTables, golden_day: Close) -> None:
    name = "<script>alert(1)</script>"
    frozen.conn.execute(text("update plan.unit set full_name = :name where code = '09202'"), {"name": name})
    look(frozen, golden_day)
    paper = paper_of(frozen, golden_day)
    assert name not in paper.html and name in seen(paper.html) and name in paper.plain

    def figures(words: str) -> set[str]:
        return set(re.findall(r"\d+(?:[.,/:]\d+)*", words))

    assert figures(seen(paper.html)) == figures(paper.plain)
