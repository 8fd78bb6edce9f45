"""What papers say of worklists: counts to those who direct, the list and its file to the officer, told once."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from include.campaign.days import Close
from include.campaign.endpoint import Endpoint
from include.campaign.mail import DeliveryResult, drain, post
from include.campaign.plan import Plan
from include.campaign.plan.mail_rules import Mail
from include.campaign.render import Attachment, render
from include.campaign.render.templates import terms
from include.campaign.render.worklist import worklist_file
from include.campaign.report import DistrictReport, Letter, ProvinceReport, write_letters
from include.campaign.report.worklists import CodeToFix, ItemToFix, WorklistBlock, Worklists
from include.campaign.warehouse import engine
from include.campaign.worklist import freeze_worklists
from tests.campaign.conftest import FrozenTables
from tests.campaign.mail_server import Behaviour, mail_server

DESK, OFFICER = "sotuphap@thidiem.example", "hotich.phuong1.songmo@thidiem.example"
DISTRICT = "ubnd.songmo@thidiem.example"
HOME, NEXT = "09101", "2025-03-06"
DATE = "ngày tháng không hợp lệ"


def item(frozen: FrozenTables, close: Close, entry_id: int, code: str = "BAD_DATE", **columns: Any) -> None:
    defaults = {
        "registry_code": HOME,
        "register": "KS",
        "opened_year": 2004,
        "book_no": "01",
        "entry_no": f"{entry_id}/2004",
        "sends": 1,
        "since": close.as_of,
        "version": 1,
        "from_key": close.key,
    }
    frozen.insert("worklist.item", entry_id=entry_id, error_code=code, **(defaults | columns))


def count(frozen: FrozenTables, close: Close, entries: int, code: str = "BAD_DATE", **columns: Any) -> None:
    defaults = {"registry_code": HOME, "new": entries, "done": 0, "oldest_since": close.as_of if entries else None}
    frozen.insert(
        "closing.worklist_count", close_key=close.key, error_code=code, entries=entries, **(defaults | columns)
    )


def letters(frozen: FrozenTables, close: Close, plan: Plan | None = None) -> dict[str, Letter]:
    return {one.address: one for one in write_letters(frozen.conn, plan or frozen.plan, frozen.calendar, close)}


def block_of(letter: Letter) -> WorklistBlock:
    [block] = [block for block in letter.blocks if isinstance(block, WorklistBlock)]
    return block


def rows_of(file: Attachment, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline=""), delimiter=separator))


@pytest.fixture
def listed(frozen: FrozenTables, golden_day: Close) -> Close:
    """Three entries of one registry and one of another district, on the golden day."""
    item(frozen, golden_day, 12)
    item(frozen, golden_day, 2, sends=3)
    item(frozen, golden_day, 7, "SCAN_MISSING", register="XX", book_no="02A", entry_no="=1+1")
    item(frozen, golden_day, 1, registry_code="09201")
    count(frozen, golden_day, 2, done=4)
    count(frozen, golden_day, 1, "SCAN_MISSING", oldest_since=golden_day.as_of - timedelta(days=2))
    count(frozen, golden_day, 1, registry_code="09201")
    return golden_day


def test_the_officer_is_told_what_to_correct(frozen: FrozenTables, listed: Close) -> None:
    letter = letters(frozen, listed)[OFFICER]
    block = block_of(letter)
    fix = {code: frozen.plan.error_codes[code].fix_vi for code in ("BAD_DATE", "SCAN_MISSING")}
    assert block.lists.codes == (
        CodeToFix("BAD_DATE", DATE, fix["BAD_DATE"], 2),
        CodeToFix("SCAN_MISSING", "thiếu bản quét", fix["SCAN_MISSING"], 1),
    )
    assert (block.lists.entries, block.lists.new, block.lists.done) == (3, 3, 4)
    assert letter.office == "Bộ phận Tư pháp – Hộ tịch phường 1, thành phố Sông Mơ"
    paper = render(letter)
    assert paper.subject == "3 trường hợp hộ tịch cần sửa, ngày 05/03/2025: phường 1, thành phố Sông Mơ"
    assert "PHƯỜNG 1, THÀNH PHỐ SÔNG MƠ: 3 TRƯỜNG HỢP CẦN SỬA\n" in paper.plain
    assert "- Ngày tháng không hợp lệ (BAD_DATE): 2. Sửa ngày, tháng, năm theo sổ gốc.\n" in paper.plain
    assert f"- Khai sinh 2004, quyển 01, số 2/2004 (mã 2): {DATE}, đã gửi 3 lần\n" in paper.plain
    assert "Mới: 3; không còn: 4; lâu nhất từ ngày 03/03/2025.\n" in paper.plain
    assert "(3 dòng) ở tệp đính kèm" in paper.html


def test_the_file_is_what_a_spreadsheet_shows_right(frozen: FrozenTables, listed: Close) -> None:
    [file] = render(letters(frozen, listed)[OFFICER]).files
    assert (file.name, file.media_type, file.about) == (
        "can-sua-09101-2025-03-05.csv",
        "text/csv",
        "worklist/09101",
    )
    assert file.content.startswith(b"\xef\xbb\xbf\xc4\x90\xc6\xa1n v\xe1\xbb\x8b,")
    head, *rows = rows_of(file)
    assert head[1:6] == ["Mã trường hợp", "Loại sổ", "Năm mở sổ", "Quyển", "Số trong sổ"]
    ward, date_fix = "Phường 1, thành phố Sông Mơ", frozen.plan.error_codes["BAD_DATE"].fix_vi
    assert rows == [
        [ward, "2", "Khai sinh", "2004", "quyển 01", "số 2/2004", f"{DATE} (BAD_DATE)", date_fix, "3", "2025-03-05"],
        [ward, "12", "Khai sinh", "2004", "quyển 01", "số 12/2004", f"{DATE} (BAD_DATE)", date_fix, "1", "2025-03-05"],
        [ward, "7", "XX", "2004", "quyển 02A", "số =1+1", "thiếu bản quét (SCAN_MISSING)",
         frozen.plan.error_codes["SCAN_MISSING"].fix_vi, "1", "2025-03-05"],
    ]  # fmt: skip
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row), "no cell is a formula"


WORDS = terms("vi")["worklist"]
_WRITTEN = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(",;\"\n\r='+-@"), max_size=8)


@given(numbers=st.lists(st.tuples(_WRITTEN, _WRITTEN), min_size=1, max_size=5), separator=st.sampled_from([",", ";"]))
def test_whatever_a_registry_writes_stays_in_its_cell(numbers: list[tuple[str, str]], separator: str) -> None:
    since = datetime(2025, 3, 5, 18, tzinfo=UTC)
    items = tuple(
        ItemToFix(place, "Khai sinh", 2004, book_no, entry_no, "BAD_DATE", 1, since)
        for place, (book_no, entry_no) in enumerate(numbers)
    )
    lists = Worklists(len(items), 0, 0, (CodeToFix("BAD_DATE", DATE, None, len(items)),), (), since)
    block = WorklistBlock(HOME, "Phường 1, thành phố Sông Mơ", "2025-03-05", lists, items, separator)
    _, *rows = rows_of(worklist_file(block, WORDS), separator)
    assert [(row[4], row[5]) for row in rows] == [(f"quyển {book}", f"số {entry}") for book, entry in numbers]
    assert {len(row) for row in rows} == {10}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_the_plan_says_what_stands_between_cells(frozen: FrozenTables, listed: Close) -> None:
    mail = frozen.plan.rules.mail.model_copy(update={"csv_separator": ";"})
    plan = replace(frozen.plan, rules=frozen.plan.rules.model_copy(update={"mail": mail}))
    [file] = render(letters(frozen, listed, plan)[OFFICER]).files
    assert len(rows_of(file, ";")) == 4
    assert {len(row) for row in rows_of(file, ";")} == {10}


def test_those_who_direct_read_counts(frozen: FrozenTables, listed: Close) -> None:
    found = letters(frozen, listed)
    [province] = [block for block in found[DESK].blocks if isinstance(block, ProvinceReport)]
    [district] = [block for block in found[DISTRICT].blocks if isinstance(block, DistrictReport)]
    assert province.worklists is not None and district.worklists is not None
    assert (province.worklists.entries, province.worklists.new, province.worklists.done) == (4, 4, 4)
    assert province.worklists.registries == (
        ("Phường 1, thành phố Sông Mơ", 3),
        ("Thị trấn Đồng Lúa, huyện Đồng Lúa", 1),
    )
    assert (district.worklists.entries, district.worklists.registries) == (3, (("Phường 1", 3),))
    paper = render(found[DESK])
    assert (
        "Đơn vị cần sửa rồi mới gửi lại được: 4 trường hợp; mới 4, không còn 4, lâu nhất từ ngày 03/03/2025."
        in paper.plain
    )
    assert not any(file.about.startswith("worklist/") for file in paper.files)
    assert "Đơn vị cần sửa rồi mới gửi lại được: 3 trường hợp" in render(found[DISTRICT]).html
    other = letters(frozen, listed)["ubnd.nuixa@thidiem.example"]
    assert "Đơn vị cần sửa" not in render(other).plain


@pytest.mark.usefixtures("pages_alone")
def test_a_day_without_lists_has_no_letter_to_officers(frozen: FrozenTables, golden_day: Close) -> None:
    found = letters(frozen, golden_day)
    assert OFFICER not in found
    assert not any("cần sửa rồi" in render(letter).plain for letter in found.values())


def test_a_held_day_tells_no_officer(frozen: FrozenTables, listed: Close) -> None:
    frozen.conn.execute(text("update closing.close set state = 'held' where close_key = '2025-03-05'"))
    assert OFFICER not in letters(frozen, listed)


def tell(frozen: FrozenTables, close: Close) -> bool:
    """Count the lists of a close and post the officer's paper; returns whether there is one."""
    freeze_worklists(frozen.conn, close, [])
    papers = [render(letter) for address, letter in letters(frozen, close).items() if address == OFFICER]
    post(frozen.conn, close, papers, close.as_of, "run")
    return bool(papers)


def end(frozen: FrozenTables, entry_id: int, key: str) -> None:
    ended = text("update worklist.item set until_key = :key where entry_id = :id and until_key is null")
    frozen.conn.execute(ended, {"key": key, "id": entry_id})


def following(frozen: FrozenTables, key: str = NEXT) -> Close:
    close = frozen.close(key)
    frozen.registry(close, HOME, (400, 300))
    frozen.registry(close, "09201", (150, 100))
    return close


def test_a_list_that_is_as_told_is_not_told_again(frozen: FrozenTables, listed: Close) -> None:
    assert tell(frozen, listed)
    assert not tell(frozen, following(frozen))


@pytest.mark.parametrize("what", ["one more", "one less", "another number"])
def test_a_list_that_changed_is_told_again(frozen: FrozenTables, listed: Close, what: str) -> None:
    assert tell(frozen, listed)
    close = following(frozen)
    if what == "one more":
        item(frozen, close, 99)
    else:
        end(frozen, 12, NEXT)
    if what == "another number":
        item(frozen, close, 12, entry_no="12a/2004")
    assert tell(frozen, close)
    assert not tell(frozen, following(frozen, "2025-03-07"))
    told = text("select name from mail.attachment where about = 'worklist/09101' order by 1")
    names = frozen.conn.execute(told).scalars().all()
    assert names == ["can-sua-09101-2025-03-05.csv", "can-sua-09101-2025-03-06.csv"]


def test_what_came_and_went_between_two_mails_is_no_news(frozen: FrozenTables, listed: Close) -> None:
    assert tell(frozen, listed)
    frozen.close(NEXT)
    item(frozen, frozen.calendar.close(NEXT), 99, until_key="2025-03-07")
    assert not tell(frozen, following(frozen, "2025-03-07"))


def test_an_empty_list_is_not_told_and_the_next_one_is(frozen: FrozenTables, listed: Close) -> None:
    assert tell(frozen, listed)
    for entry_id in (12, 2, 7):
        end(frozen, entry_id, NEXT)
    assert not tell(frozen, following(frozen))
    third = following(frozen, "2025-03-07")
    item(frozen, third, 12)
    assert tell(frozen, third)


def test_a_refused_mail_told_nobody(frozen: FrozenTables, listed: Close) -> None:
    assert tell(frozen, listed)
    frozen.conn.execute(text("update mail.message set state = 'refused' where address = :to"), {"to": OFFICER})
    assert tell(frozen, following(frozen))


def test_an_officer_who_is_also_a_head_has_one_letter(frozen: FrozenTables, listed: Close) -> None:
    contacts = tuple(
        one.model_copy(update={"email": DISTRICT.upper()}) if one.email == OFFICER else one
        for one in frozen.plan.contacts
    )
    found = letters(frozen, listed, replace(frozen.plan, contacts=contacts))
    assert OFFICER not in found
    letter = found[DISTRICT]
    assert [block.kind for block in letter.blocks] == ["district", "commune", "worklist"]
    paper = render(letter)
    assert paper.subject.endswith("(và 1 nội dung khác)")
    assert [file.about for file in paper.files] == ["worklist/09101"]


def test_a_vacant_officers_list_goes_to_who_stands_in(frozen: FrozenTables, listed: Close) -> None:
    contacts = tuple(one for one in frozen.plan.contacts if one.email != OFFICER)
    found = letters(frozen, listed, replace(frozen.plan, contacts=contacts))
    assert block_of(found["phochutich.phuong1.songmo@thidiem.example"]).registry_code == HOME


def test_from_the_list_to_the_officers_mailbox(
    frozen: FrozenTables, listed: Close, campaign_db: Endpoint, tmp_path: Path
) -> None:
    papers = {letter.address: render(letter) for letter in letters(frozen, listed).values()}
    post(frozen.conn, listed, papers.values(), listed.as_of, "run")
    frozen.conn.commit()
    behaviour = Behaviour()
    with mail_server(behaviour, tmp_path) as smtp:
        result = drain(engine(campaign_db), smtp, Mail(sender_name="Sở Tư pháp"), listed.as_of, listed.key)
    copies = sum(len(paper.copies) for paper in papers.values())
    assert copies == 2, "each officer's head has the list, too"
    assert result == DeliveryResult(accepted=len(papers) + copies)
    [received] = [
        message_from_bytes(envelope.content, policy=default)
        for envelope in behaviour.taken
        if envelope.rcpt_tos == [OFFICER]
    ]
    [part] = received.iter_attachments()
    assert part.get_payload(decode=True) == papers[OFFICER].files[0].content
    assert received.get_body(("plain",)).get_content() == papers[OFFICER].plain
