"""The Department's block on failed transfers: what went back, what waits, what stopped, the receiving side in words."""

from __future__ import annotations

from typing import Any

import pytest

from include.campaign.days import Close
from include.campaign.render import Paper, render
from include.campaign.report import write_letters
from include.campaign.summary import summarise
from tests.campaign.conftest import FrozenTables

pytestmark = pytest.mark.usefixtures("pages_alone")

DESK = "sotuphap@thidiem.example"


def wave(frozen: FrozenTables, close: Close, **columns: Any) -> None:
    numbers = ("lately_accepted", "answered", "fell", "cap", "carried", "due", "chosen", "waiting", "not_due",
               "settled", "held", "poisoned")  # fmt: skip
    defaults = {"run_id": close.key, "day_key": close.key, "as_of": close.as_of, "breaker": "closed", "why": "test"}
    frozen.insert("transfers.wave", **(dict.fromkeys(numbers, 0) | defaults | columns))


def done(frozen: FrozenTables, close: Close, entry_id: int, action: str) -> None:
    frozen.insert(
        "transfers.decision",
        day_key=close.key,
        registry_code="09102",
        entry_id=entry_id,
        rule=action,
        requeue_key=f"{action}/{entry_id}",
        why="test",
        decided_at=close.as_of,
        run_id=close.key,
        state="done",
        action=action,
    )


def standing(frozen: FrozenTables, close: Close, kind: str, entries: int, code: str = "09101") -> None:
    frozen.insert("transfers.standing", day_key=close.key, registry_code=code, kind=kind, entries=entries)


def paper(frozen: FrozenTables, close: Close) -> Paper:
    [letter] = [
        letter for letter in write_letters(frozen.conn, frozen.plan, frozen.calendar, close) if letter.address == DESK
    ]
    return render(letter)


def test_what_was_decided_is_told_in_numbers(frozen: FrozenTables, golden_day: Close) -> None:
    wave(frozen, golden_day, lately_accepted=1500, cap=1200, due=1700, chosen=1200, waiting=500, not_due=42)
    for entry_id in (1, 2, 3):
        done(frozen, golden_day, entry_id, "settle")
    done(frozen, golden_day, 4, "hold")
    done(frozen, golden_day, 5, "poison")
    standing(frozen, golden_day, "held", 1250)
    standing(frozen, golden_day, "poison", 3)
    standing(frozen, golden_day, "poison", 4, "09102")
    standing(frozen, golden_day, "untold", 6)
    told = paper(frozen, golden_day)
    for line in (
        "Tự động đưa lại vào hàng chờ gửi: 2/4 trường hợp.",
        "Gồm: lỗi phía tiếp nhận 2.",
        "Phía tiếp nhận hoạt động bình thường. Gần đây Bộ đã tiếp nhận 1.500 trường hợp; đợt này được đưa lại"
        " nhiều nhất 1.200.",
        "- Chờ đợt sau (vượt số mỗi đợt): 500",
        "- Chưa đến lúc gửi lại: 42",
        "- Đã có trong sổ của Bộ, không gửi lại: 3",
        "- Giữ lại (bị từ chối hoặc mã lạ): 1.250, mới 1",
        "- Đã hết số lần gửi lại, phải xem từng trường hợp: 7, mới 1",
        "- Chưa báo được cho đơn vị, lần sau báo lại: 6",
    ):
        assert line in told.plain, line
    assert told.html.count("1.250") == 1


@pytest.mark.parametrize(
    ("breaker", "said"),
    [
        ("open", "Phía tiếp nhận đang ngừng hoặc lỗi liên tục, nên chỉ gửi thử một số ít để dò."),
        ("opening", "Phía tiếp nhận vừa hoạt động lại, nên tăng dần số đưa lại theo từng bước."),
    ],
)
def test_the_receiving_side_is_told_in_words(frozen: FrozenTables, golden_day: Close, breaker: str, said: str) -> None:
    wave(frozen, golden_day, breaker=breaker, step=1, cap=20)
    told = paper(frozen, golden_day)
    assert said in told.plain
    assert said in told.html


def test_a_code_that_nobody_knows_stands_out_at_once(frozen: FrozenTables, golden_day: Close) -> None:
    told = paper(frozen, golden_day)
    assert "!! MÃ LỖI CHƯA CÓ TRONG KẾ HOẠCH: NEW_CODE_9: 3 trường hợp của 1 đơn vị, mới xuất hiện." in told.plain
    assert "NEW_CODE_9: 3 trường hợp của 1 đơn vị, <b>mới xuất hiện</b>." in told.html


def test_the_gate_says_what_to_do_about_it(frozen: FrozenTables, golden_day: Close) -> None:
    # A registry that was not read would come first.
    frozen.conn.exec_driver_sql(
        "update closing.registry_close set outcome = 'ok', reading_id = 1 where outcome != 'ok'"
    )
    told = summarise(frozen.conn, frozen.plan, golden_day)
    assert told["unknown_codes"] == [{"code": "NEW_CODE_9", "entries": 3, "registries": 1, "new": True}]
    assert told["first_thing"] == (
        "say in error_codes.csv what NEW_CODE_9 means: 3 entries of 1 registries are held (new today)"
    )
