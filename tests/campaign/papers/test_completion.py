"""Books that balance: by hand on two registries, over the whole campaign against the keys behind its figures."""

from __future__ import annotations

import argparse
import io
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from sqlalchemy import text

from include.campaign.days import Calendar
from include.campaign.desk import completion as command
from include.campaign.desk.command import Desk, DeskError
from include.campaign.desk.proof import Past
from include.campaign.desk.prove import prove
from include.campaign.render import Paper, render
from include.campaign.render.official.completion import completion_paper
from include.campaign.report import write_letters
from include.campaign.report.completion import completion_blocks, completion_lines, completion_records
from include.campaign.warehouse import engine
from tests.campaign.played import Played
from tests.campaign.scene import HOME, OTHER, Scene

FIGURES = ("books", "balanced", "joined", "fell_out")
BOOKS = """
select v.* from (
    select b.*, null::bigint as until from mirror.book as b union all select p.* from mirror.book_past as p
) as v
inner join proof_basis as s on v.registry_code = s.source_code
where v.since <= s.reading_id and (v.until is null or v.until > s.reading_id)
"""


def whole_book(scene: Scene, code: str = HOME, book_id: int = 1, entries: int = 2, phase: int = 2) -> None:
    """A book whose every entry is entered and scanned on the 5th and received on the 6th."""
    scene.book(code, book_id, book_no=f"{book_id:02d}", phase=phase)
    scene.registry(
        code,
        f"update sohoa.book set closing_total = {entries}, scanned_at ="
        f" '2025-03-05 09:00+07' where book_id = {book_id}",
    )
    for number in range(1, entries + 1):
        entry = book_id * 100 + number
        scene.entry(code, entry, book_id, str(number), "05 10:00", ref=f"{code}-{entry}")
        scene.registry(
            code, f"update sohoa.entry set scan_attached_at = '2025-03-05 11:00+07' where entry_id = {entry}"
        )
        scene.receipt(
            int(code) * 10_000 + entry, code, str(number), "06 10:00", ref=f"{code}-{entry}", book_no=f"{book_id:02d}"
        )


def line(scene: Scene, key: str, code: str = HOME) -> tuple[int, ...]:
    with engine(scene.campaign).connect() as conn:
        found = completion_lines(conn, scene.calendar.close(key))[code]
    return tuple(getattr(found, name) for name in FIGURES)


def days(scene: Scene, key: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Numbers and days of the record's books, and of those that fell out of it."""
    with engine(scene.campaign).connect() as conn:
        record = completion_records(conn, scene.plan, scene.calendar.close(key), [HOME])[HOME]
    return (
        [(book.book_no, book.day.isoformat()) for book in record.books],
        [(book.book_no, book.day.isoformat()) for book in record.fell_out],
    )


def test_a_book_joins_on_the_evening_its_last_entry_is_received(scene: Scene) -> None:
    whole_book(scene)
    scene.close("2025-03-05")
    assert line(scene, "2025-03-05") == (1, 0, 0, 0)
    scene.close("2025-03-06")
    scene.close("2025-03-07")
    assert line(scene, "2025-03-06") == (1, 1, 1, 0)
    assert line(scene, "2025-03-07") == (1, 1, 0, 0)
    assert days(scene, "2025-03-07") == ([("01", "2025-03-06")], [])


@pytest.mark.parametrize(
    "spoil",
    [
        "update sohoa.book set closing_total = 3",
        "update sohoa.book set closing_total = null",
        "update sohoa.book set closing_total = 0",
        "update sohoa.book set scanned_at = null",
        "update sohoa.book set scanned_at = '2025-03-06 18:01+07'",
        "update sohoa.entry set entered_at = null where entry_id = 101",
        "update sohoa.entry set scan_attached_at = null where entry_id = 101",
        "delete from sohoa.transfer where entry_id = 101; delete from sohoa.entry where entry_id = 101",
        # One entry more than the closing page says, though that many of them are whole.
        "insert into sohoa.entry (entry_id, book_id, entry_no) values (199, 1, '3')",
    ],
)
def test_one_thing_missing_and_it_does_not_balance(scene: Scene, spoil: str) -> None:
    whole_book(scene)
    scene.registry(HOME, spoil)
    scene.close("2025-03-06")
    assert line(scene, "2025-03-06") == (1, 0, 0, 0)


def test_books_of_the_phase_before_are_no_part_of_the_record(scene: Scene) -> None:
    whole_book(scene, phase=1)
    whole_book(scene, book_id=2)
    scene.close("2025-03-06")
    assert line(scene, "2025-03-06") == (1, 1, 1, 0)


def test_a_cancelled_receipt_withdraws_the_book_and_a_new_one_brings_it_back(scene: Scene) -> None:
    whole_book(scene)
    scene.close("2025-03-06")
    assert scene.ledger is not None
    with_ledger = replace(scene, registries={HOME: scene.ledger})
    with_ledger.registry(HOME, "update ledger.receipt set cancelled_at = '2025-03-07 09:00+07' where entry_no = '2'")
    scene.close("2025-03-07")
    assert line(scene, "2025-03-07") == (1, 0, 0, 1)
    assert days(scene, "2025-03-07") == ([], [("01", "2025-03-07")])
    scene.receipt(7, HOME, "2", "08 09:00")
    scene.close("2025-03-08")
    assert line(scene, "2025-03-08") == (1, 1, 1, 0)
    assert days(scene, "2025-03-08") == ([("01", "2025-03-08")], [])


def test_what_was_not_read_stays_as_it_stood_and_is_told_late(scene: Scene) -> None:
    whole_book(scene)
    scene.close("2025-03-05")
    scene.close("2025-03-06", unread=(HOME,))
    scene.close("2025-03-07", ledger=False)
    for key in ("2025-03-06", "2025-03-07"):
        with engine(scene.campaign).connect() as conn:
            found = completion_lines(conn, scene.calendar.close(key))[HOME]
        assert (found.known, found.balanced) == (False, 0)
    # A later reading fills the 6th: by then the book balanced.
    scene.close("2025-03-06", now="08 06:00")
    assert line(scene, "2025-03-06") == (1, 1, 1, 0)
    scene.close("2025-03-08")
    assert days(scene, "2025-03-08") == ([("01", "2025-03-06")], [])


def test_a_close_that_is_closed_again_says_anew_what_it_found(scene: Scene) -> None:
    whole_book(scene)
    scene.close("2025-03-06")
    scene.close("2025-03-07")
    scene.registry(HOME, "update sohoa.entry set scan_attached_at = null where entry_id = 101")
    scene.close("2025-03-06", now="07 19:00")
    assert line(scene, "2025-03-06") == (1, 0, 0, 0)
    scene.close("2025-03-08")
    assert days(scene, "2025-03-08") == ([], [])


def test_a_book_that_is_gone_has_fallen_out(scene: Scene) -> None:
    whole_book(scene)
    whole_book(scene, book_id=2)
    scene.close("2025-03-06")
    scene.registry(HOME, "delete from sohoa.transfer where entry_id > 200")
    scene.registry(HOME, "delete from sohoa.entry where book_id = 2")
    scene.registry(HOME, "delete from sohoa.book where book_id = 2")
    scene.close("2025-03-07")
    assert line(scene, "2025-03-07") == (1, 1, 0, 1)
    assert days(scene, "2025-03-07") == ([("01", "2025-03-06")], [("02", "2025-03-07")])


def test_heads_get_the_record_with_the_last_book_and_weekly_if_it_grew(scene: Scene) -> None:
    whole_book(scene)
    whole_book(scene, OTHER)
    whole_book(scene, OTHER, book_id=2)
    scene.registry(OTHER, "update sohoa.entry set scan_attached_at = null where book_id = 2")

    def told(key: str) -> list[str]:
        scene.close(key)
        with engine(scene.campaign).connect() as conn:
            close = scene.calendar.close(key)
            return list(completion_blocks(conn, scene.plan, scene.calendar, close))

    assert told("2025-03-05") == []
    assert told("2025-03-06") == [HOME]  # its last; the other has one of two
    assert told("2025-03-07") == [HOME, OTHER]  # the seventh day
    assert told("2025-03-08") == []
    assert told("2025-03-14") == []  # nothing has grown since the 7th
    scene.registry(OTHER, "update sohoa.entry set scan_attached_at = '2025-03-15 09:00+07' where book_id = 2")
    assert told("2025-03-15") == [OTHER]


@pytest.mark.parametrize("key", ["2025-03-04", "2025-03-09", "2025-03-15", "2025-03-20-final"])
def test_over_the_campaign_each_book_stands_as_the_keys_behind_the_figures_say(played: Played, key: str) -> None:
    """Counted in Python from the keys that `make prove` lists, which come from the mirror's versions."""
    close = Calendar(played.plan.rules).close(key)
    with engine(played.campaign).connect() as conn:
        past = Past(conn)
        keys = {
            name: [row["item"] for row in prove(past, played.plan, key, name).items]
            for name in ("entered", "attached", "received")
        }
        books = conn.execute(text(BOOKS)).mappings().all()
        book_of = {
            f"{row.registry_code}/{row.entry_id}": (row.registry_code, row.book_id)
            for row in conn.execute(text("select registry_code, entry_id, book_id from proof_entry"))
        }
        kept = {
            (row.registry_code, row.book_id)
            for row in conn.execute(
                text(
                    "select distinct on (registry_code, book_id) * from completion.book where close_key <= :key"
                    " order by registry_code, book_id, close_key desc"
                ),
                {"key": key},
            )
            if row.balanced
        }
        known = set(
            conn.execute(
                text("select registry_code from completion.registry where close_key = :key"), {"key": key}
            ).scalars()
        )
    done = {name: Counter(book_of[item] for item in items if item in book_of) for name, items in keys.items()}
    entries = Counter(book_of.values())
    expected = set()
    for book in books:
        of = (book["registry_code"], book["book_id"])
        total = book["closing_total"]
        counts = {entries[of], *(found[of] for found in done.values())}
        scanned = book["scanned_at"] is not None and book["scanned_at"] <= close.as_of
        if book["phase"] == 2 and total and counts == {total} and scanned:
            expected.add(of)
    assert known
    assert {of for of in kept if of[0] in known} == {of for of in expected if of[0] in known}
    if close.kind == "final":
        assert len(expected) > 10


def letters(scene: Scene, key: str) -> dict[str, Paper]:
    with engine(scene.campaign).connect() as conn:
        written = write_letters(conn, scene.plan, scene.calendar, scene.calendar.close(key))
        return {paper.address: paper for paper in map(render, written)}


def record_text(paper: Paper) -> str:
    (file,) = (file for file in paper.files if file.about == f"completion/{HOME}")
    document = Document(io.BytesIO(file.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_the_head_has_the_record_with_the_last_book_and_a_line_every_evening(scene: Scene) -> None:
    whole_book(scene)
    head = scene.plan.contact(HOME, "head", scene.calendar.close("2025-03-06").day).email
    scene.close("2025-03-05")
    paper = letters(scene, "2025-03-05")[head]
    assert "Sổ đã cân (khóa sổ = đã nhập = đã quét = Bộ tiếp nhận): 0/1." in paper.plain
    assert paper.files == ()
    scene.close("2025-03-06")
    paper = letters(scene, "2025-03-06")[head]
    assert "0/1" not in paper.plain and "1/1, thêm 1 hôm nay" in paper.plain
    assert "ĐƠN VỊ ĐÃ HOÀN THÀNH TẤT CẢ CÁC SỔ" in paper.plain
    said = record_text(paper)
    assert "BIÊN BẢN" in said and "Kính gửi" not in said
    assert "1/1 sổ đã cân" in said and "06/03/2025" in said
    for signer in ("CHỦ TỊCH UBND", "CÔNG CHỨC TƯ PHÁP - HỘ TỊCH", "PHÒNG TƯ PHÁP"):
        assert signer in said
    scene.close("2025-03-08")
    assert not letters(scene, "2025-03-08")[head].files


def test_a_book_that_fell_out_stands_in_the_record_with_its_day(scene: Scene) -> None:
    whole_book(scene)
    whole_book(scene, book_id=2)
    scene.close("2025-03-06")
    scene.registry(HOME, "update sohoa.entry set scan_attached_at = null where entry_id = 201")
    scene.close("2025-03-07")
    with engine(scene.campaign).connect() as conn:
        close = scene.calendar.close("2025-03-07")
        record = completion_records(conn, scene.plan, close, [HOME])[HOME]
    parts = repr(completion_paper(record).parts)
    assert "quyển số 02: từ ngày 07/03/2025 khóa sổ 2, đã nhập 2, đã quét 1, Bộ tiếp nhận 2" in parts
    assert "Còn 1 sổ chưa cân" in parts


def test_the_desk_lists_and_writes_records(scene: Scene, tmp_path: Path) -> None:
    whole_book(scene)

    def ask(*arguments: str) -> str:
        parser = argparse.ArgumentParser()
        command.add(parser.add_subparsers())
        given = parser.parse_args(["completion", *arguments])
        desk = Desk(engine(scene.campaign), scene.plan, io.StringIO())
        given.run(desk, given)
        return desk.out.getvalue()  # type: ignore[attr-defined]

    with pytest.raises(DeskError, match="no day was closed"):
        ask("list")
    scene.close("2025-03-06")
    assert HOME in ask("list")
    assert "2025-03-06" in ask("show", HOME) and "yes" in ask("show", HOME)
    written = Path(ask("write", HOME, "--out", str(tmp_path / "out")).strip())
    assert Document(str(written)).tables
    with pytest.raises(DeskError, match="no registry"):
        ask("show", "1")
    with pytest.raises(DeskError, match="was not read"):
        ask("show", "09301")
