"""What the data team says of breaks, and what it is shown of what waits."""

from __future__ import annotations

import argparse
import csv
import io
from datetime import date

import pytest

from include.campaign.desk import breaks as command
from include.campaign.desk import stuck
from include.campaign.desk.__main__ import SUBCOMMANDS
from include.campaign.desk.command import Desk, DeskError
from include.campaign.warehouse import engine
from tests.campaign.break_scene import D1, D2, D3, D4, attach, counts, entries, known, total
from tests.campaign.scene import HOME, OTHER, Scene


def desk(scene: Scene, *words: str) -> str:

    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    for add in (command.add, stuck.add):
        add(subparsers)
    given = parser.parse_args(words)
    out = io.StringIO()
    given.run(Desk(engine(scene.campaign), scene.plan, out), given)
    return out.getvalue()


SAID = ("--why", "Sổ gốc bỏ trang 7", "--by", "tổ dữ liệu")


def test_a_waived_break_is_not_open_until_its_waiver_is_over(scene: Scene) -> None:
    scene.book(HOME, 1)
    total(scene, 3)
    scene.close(D1)
    assert "waive until 2025-03-07 is recorded" in desk(scene, "breaks", "waive", "1", "--until", D3, *SAID)
    for key, counted in (
        (D2, (0, 0, 1, 1, 0, "")),
        (D3, (0, 0, 0, 1, 0, "")),
        (D4, (1, 1, 0, 0, 0, "4-7")),
    ):
        scene.close(key)
        assert counts(scene, key, "closing_total") == counted, key
    assert scene.rows(f"select newly_waived from closing.break_count where close_key = '{D2}'") == [(1,)]
    assert scene.rows("select distinct held_why from closing.close") == [(None,)]
    assert [row[1] for row in known(scene)] == ["open"]


def test_a_waiver_is_taken_back_and_every_act_stays(scene: Scene) -> None:
    scene.book(HOME, 1)
    total(scene, 3)
    scene.close(D1)
    desk(scene, "breaks", "waive", "1", "--until", "2025-03-20", *SAID)
    assert " waived " in desk(scene, "breaks", "list", "--state", "waived")
    desk(scene, "breaks", "unwaive", "1", "--why", "Đã đếm lại", "--by", "tổ dữ liệu")
    desk(scene, "breaks", "comment", "1", *SAID)
    scene.close(D2)
    assert counts(scene, D2, "closing_total") == (1, 0, 0, 0, 0, "2-3")
    acts = scene.rows("select act, until_day, why, by_whom from breaks.act order by act_id")
    assert acts == [
        ("waive", date(2025, 3, 20), "Sổ gốc bỏ trang 7", "tổ dữ liệu"),
        ("unwaive", None, "Đã đếm lại", "tổ dữ liệu"),
        ("comment", None, "Sổ gốc bỏ trang 7", "tổ dữ liệu"),
    ]
    shown = desk(scene, "breaks", "show", "1")
    assert "tổ dữ liệu: waive until 2025-03-20: Sổ gốc bỏ trang 7" in shown
    assert "next_step_vi: Nhập tiếp cho đủ; nếu đã đủ thì đếm lại trang khóa sổ" in shown


def test_the_list_is_filtered_and_can_be_csv(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.book(OTHER, 1)
    scene.close("2025-03-04")
    entries(scene, "1", "2", "1")
    scene.receipt(1, HOME, "77", "05 10:00")
    scene.close(D1)

    def listed(*filters: str) -> list[str]:
        head, *rows = csv.reader(io.StringIO(desk(scene, "breaks", "list", "--csv", *filters)))
        assert head == list(command.COLUMNS)
        return [row[head.index("kind")] for row in rows]

    assert listed() == ["closing_total", "closing_total", "entry_no_repeated", "ledger_unknown"]
    assert listed("--registry", OTHER) == ["closing_total"]
    assert listed("--owner", "department") == ["ledger_unknown"]
    assert listed("--days", "2") == ["closing_total", "closing_total"]
    assert listed("--kind", "scan_name") == []
    assert listed("--state", "cleared") == []
    table = desk(scene, "breaks", "list", "--kind", "entry_no_repeated").splitlines()
    assert table[1].split()[1:7] == [HOME, "entry_no_repeated", "1", "1", "open", "1"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("waive", "9", "--until", D4, *SAID), "there is no break 9"),
        (("waive", "1", "--until", D4, *SAID), "break 1 is cleared"),
        (("unwaive", "2", *SAID), "break 2 is not waived"),
        (("comment", "2", "--why", " ", "--by", "x"), "say why"),
        (("list", "--registry", "123"), "123 is no registry of the plan"),
    ],
)
def test_what_cannot_be_done_is_refused(scene: Scene, words: tuple[str, ...], reason: str) -> None:
    scene.book(HOME, 1)
    total(scene, 3)
    scene.close(D1)
    entries(scene, "2")
    total(scene, 0)
    scene.close(D2)
    with pytest.raises(DeskError, match=reason):
        desk(scene, "breaks", *words)
    assert scene.rows("select * from breaks.act") == []


def test_the_commands_are_on_the_desk() -> None:
    assert {command.add, stuck.add} <= set(SUBCOMMANDS)


def test_what_waits_for_its_next_stage_and_how_long(scene: Scene) -> None:
    scene.book(HOME, 1)  # collected 1 March 08:00, classified 2 March, scanned 6 March
    scene.book(HOME, 2, book_no="02")
    scene.registry(HOME, "update sohoa.book set classified_at = null, scanned_at = null where book_id = 2")
    scene.book(OTHER, 1)
    entries(scene, "1", "2", "3", "4", "5")  # entered 2 March 09:00
    for entry_id in (2, 3, 4):
        attach(scene, entry_id, f"KS.2004.01.00{entry_id}.pdf")  # 3 March 10:00
    scene.registry(HOME, "update sohoa.entry set reviewed_at = '2025-03-05 09:00+07' where entry_id in (3, 4)")
    scene.receipt(1, HOME, "4", "05 10:00")
    scene.receipt(2, HOME, "5", "05 10:00", cancelled="05 11:00")
    with pytest.raises(DeskError, match="no day is closed yet"):
        desk(scene, "stuck", "counts")
    scene.close(D1)
    assert [row.split() for row in desk(scene, "stuck", "counts").splitlines()[1:]] == [
        [HOME, "attached", "0", "0", "2", "0"],
        [HOME, "classified", "0", "0", "1", "0"],
        [HOME, "received", "1", "0", "0", "0"],
        [HOME, "reviewed", "0", "1", "0", "0"],
        [HOME, "scanned", "0", "0", "1", "0"],
        [OTHER, "scanned", "0", "0", "1", "0"],
    ]
    rows = list(csv.reader(io.StringIO(desk(scene, "stuck", "list", "--csv", "--registry", HOME))))
    assert rows[1:] == [
        [HOME, "classified", "book", "2", "2025-03-01 08:00", "5"],
        [HOME, "scanned", "book", "1", "2025-03-02 08:00", "4"],
        [HOME, "attached", "entry", "1", "2025-03-02 09:00", "4"],
        [HOME, "attached", "entry", "5", "2025-03-02 09:00", "4"],
        [HOME, "reviewed", "entry", "2", "2025-03-03 10:00", "3"],
        [HOME, "received", "entry", "3", "2025-03-05 09:00", "1"],
    ]
    earlier = desk(scene, "stuck", "list", "--stage", "attached", "--day", "2025-03-03").splitlines()
    assert [row.split()[3] for row in earlier[1:]] == ["1", "5"]
    with pytest.raises(DeskError, match="is no close of this campaign"):
        desk(scene, "stuck", "counts", "--day", "2025-04-30")
