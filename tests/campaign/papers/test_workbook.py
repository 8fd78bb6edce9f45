"""The Department's workbook: tables that Excel reckons with, no blank for a zero, no text that is a formula."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl.workbook import Workbook as Read
from sqlalchemy import text as sql
from xlsxwriter import Workbook

from include.campaign.days import Close
from include.campaign.render import Paper, render
from include.campaign.render.characters import printable
from include.campaign.render.workbook.cells import Chance, Share
from include.campaign.render.workbook.formats import LONGEST, Looks, write_cell, write_text
from include.campaign.render.workbook.rows import TABLES
from include.campaign.render.workbook.sheets import Column, design
from include.campaign.report import write_letters
from include.campaign.report.difficulties import DifficultiesBlock, DifficultyLine
from include.campaign.report.models import Letter
from tests.campaign.conftest import FrozenTables

AS_OF = datetime.fromisoformat("2025-03-05T18:00")
DESK = "sotuphap@thidiem.example"
SHEETS = ["Tổng hợp", "Địa bàn", "Đơn vị", "Chậm tiến độ", "Chuyển dữ liệu", "Sai lệch", "Điều chỉnh", "Khó khăn",
          "Tăng cường", "Trùng", "Giải thích"]  # fmt: skip
NAMESPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
ANY_TEXT = st.text(st.characters(exclude_categories=())) | st.builds(
    "{}{}".format,
    st.sampled_from(["=", "+", "-", "@", "\t=", "\r=", "'=", "=cmd|' /C calc'!A0", "http://", "_x0041_"]),
    st.text(),
)

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


def desk_letter(frozen: FrozenTables, close: Close) -> Letter:
    letters = write_letters(frozen.conn, frozen.plan, frozen.calendar, close)
    return next(letter for letter in letters if letter.address == DESK)


def content(paper: Paper) -> bytes:
    [file] = [file.content for file in paper.files if file.name.endswith(".xlsx")]
    return file


def opened(raw: bytes) -> Read:
    return openpyxl.load_workbook(io.BytesIO(raw))


@pytest.fixture
def letter(frozen: FrozenTables, golden_day: Close) -> Letter:
    return desk_letter(frozen, golden_day)


@pytest.fixture
def raw(letter: Letter) -> bytes:
    return content(render(letter))


@pytest.fixture
def book(raw: bytes) -> Read:
    return opened(raw)


def rows(book: Read, sheet: str, table: str) -> list[dict[str, object]]:
    """A table as it is read: heads to cells."""
    found = book[sheet]
    head, *lines = found[found.tables[table].ref]
    titles = [cell.value for cell in head]
    return [dict(zip(titles, [cell.value for cell in line], strict=True)) for line in lines]


def test_the_sheets_stand_in_their_order(book: Read) -> None:
    assert book.sheetnames == SHEETS


def test_every_sheet_has_real_tables_that_filter_and_heads_that_stay(book: Read) -> None:
    for of in design().sheets:
        sheet = book[of.name]
        assert [*sheet.tables] == [table.key for table in of.tables]
        for table in sheet.tables.values():
            assert table.autoFilter is not None
            head = sheet[table.ref][0]
            assert len({str(cell.value).lower() for cell in head}) == len(head), "Excel mends tables with equal heads"
            assert [cell.value for cell in head] == [column.name for column in table.tableColumns]
        first = sheet.tables[of.tables[0].key].ref
        top = sheet[first][0][0].row
        assert sheet.freeze_panes == f"{'ABC'[of.tables[0].frozen]}{top + 1}"


def test_every_sheet_prints_on_a4_with_its_head_on_each_page(book: Read) -> None:
    for of in design().sheets:
        sheet = book[of.name]
        top = sheet[sheet.tables[of.tables[0].key].ref][0][0].row
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.print_title_rows == f"${top}:${top}"
        assert sheet.page_setup.fitToWidth in (None, 1), "1 is Excel's default"
        assert sheet.page_setup.fitToHeight == 0 and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddHeader.center.text == "&P/&N"


def test_figures_are_numbers_in_formats(book: Read) -> None:
    [ward] = [row for row in rows(book, "Đơn vị", "units") if row["Mã"] == "09101"]
    assert ward["Đơn vị"] == "Phường 1, thành phố Sông Mơ"
    assert (ward["Chỉ tiêu"], ward["Đã nhập"], ward["Bộ Tư pháp đã tiếp nhận"]) == (846, 400, 300)
    assert ward["Tỷ lệ đã nhập"] == 0.472, "rounded down to a tenth of a percent, as everywhere"
    assert (ward["Đang chờ gửi"], ward["Bị trả lại"], ward["Gửi không thành công"]) == (30, 9, 4)
    assert ward["Đọc tình trạng lúc"] == AS_OF, "moments are the campaign's"
    sheet = book["Đơn vị"]
    heads = {cell.value: cell.column for cell in sheet[5]}
    [line] = [row for row in range(6, 18) if sheet.cell(row, 1).value == "09101"]
    shown = {name: sheet.cell(line, column).number_format for name, column in heads.items()}
    assert shown["Đã nhập"] == "#,##0" and shown["Tỷ lệ đã nhập"] == "0.0%" and shown["Nhập trong ngày"].startswith("+")
    assert shown["Đọc tình trạng lúc"] == "hh:mm dd/mm/yyyy" and shown["Mã"] == "@"


def test_what_is_not_known_says_so_and_is_never_a_zero(book: Read) -> None:
    [unread] = [row for row in rows(book, "Đơn vị", "units") if row["Mã"] == "09202"]
    for name in (
        "Đã nhập",
        "Tỷ lệ đã nhập",
        "Nhập trong ngày",
        "Đang chờ gửi",
        "Bị trả lại",
        "Sổ đã quét",
        "Chậm (ngày)",
    ):
        assert unread[name] == "chưa có số liệu"
    assert unread["Tình trạng đọc"] == "không kết nối được"
    assert (unread["Đã nhập (số gần nhất)"], unread["Số gần nhất lúc"]) == (
        48,
        datetime.fromisoformat("2025-03-04T18:00"),
    )
    [district] = [row for row in rows(book, "Đơn vị", "units") if row["Mã"] == "091"]
    assert (district["Chỉ tiêu"], district["Tỷ lệ đã nhập"]) == ("không giao", "không giao chỉ tiêu")
    assert district["Đã nhập"] == 12


def test_a_table_without_rows_says_so(book: Read) -> None:
    assert next(iter(rows(book, "Trùng", "duplicates")[0].values())) == "Không có"


def test_failures_stand_by_code_with_whose_they_are(book: Read) -> None:
    found = {row["Mã lỗi"]: row for row in rows(book, "Chuyển dữ liệu", "failures")}
    assert found["BAD_DATE"]["Đợt này"] == 6 and found["DUP_RECORD"]["Giai đoạn trước"] == 2100
    assert found["REMOTE_TIMEOUT"]["Bên xử lý"] == "Phía tiếp nhận"
    assert found["NEW_CODE_9"]["Lỗi"] is None


def test_difficulties_are_all_there(letter: Letter) -> None:
    line = DifficultyLine(7, "Xã A", "power", "Mất điện", "line", "=1+1", letter.head.day, letter.head.day)
    block = DifficultiesBlock(
        counts=(), new=(), overdue=(line,), standing=(replace(line, difficulty_id=8),), cleared=(), requests=()
    )
    book = opened(content(render(replace(letter, blocks=(*letter.blocks, block)))))
    found = rows(book, "Khó khăn", "difficulties")
    assert [(row["Số"], row["Tình trạng"], row["Lời đơn vị"]) for row in found] == [
        (7, "quá hạn", "=1+1"),
        (8, "đang có", "=1+1"),
    ]


def test_every_column_is_explained_with_its_source(book: Read) -> None:
    explained = {(row["Trang"], row["Cột"]): row for row in rows(book, "Giải thích", "explained")}
    for sheet in design().sheets:
        for table in book[sheet.name].tables.values():
            for cell in book[sheet.name][table.ref][0]:
                line = explained[sheet.name, cell.value]
                assert line["Ý nghĩa"] and line["Nguồn"] and line["Thời điểm"] == "18:00 ngày 05/03/2025"
    assert explained["Đơn vị", "Đã nhập"]["So với"] == "Kế hoạch mẫu: 3.000 trường hợp (Kế hoạch mẫu, 26/02/2025)"


def test_shares_have_bars(raw: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        units = etree.fromstring(file.read("xl/worksheets/sheet3.xml"))
    assert len(units.findall(".//m:conditionalFormatting/m:cfRule[@type='dataBar']", NAMESPACE)) == 2


def test_the_cover_states_source_and_mark(book: Read) -> None:
    cover = [row[0].value for row in book["Tổng hợp"]["A1:A4"]]
    assert "số liệu đến 18:00 ngày 05/03/2025" in cover[1]
    assert cover[2] == "DỰ THẢO"
    assert "Phạm vi: đọc được 11/12 đơn vị đăng ký hộ tịch" in cover[3]


def test_a_provisional_edition_is_marked_on_every_sheet(letter: Letter) -> None:
    book = opened(content(render(replace(letter, head=replace(letter.head, edition="provisional")))))
    for sheet in book:
        assert "BÁO CÁO TẠM THỜI" in sheet["A3"].value and "BÁO CÁO TẠM THỜI" in sheet.oddHeader.right.text


def test_equal_days_are_equal_bytes(letter: Letter, raw: bytes) -> None:
    assert content(render(letter)) == raw
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert opened(raw).properties.created == datetime.fromisoformat("2025-03-05T11:00"), "in UTC"


def test_the_template_and_the_rows_have_the_same_tables() -> None:
    tables = [table.key for sheet in design().sheets for table in sheet.tables]
    assert sorted(tables) == sorted([*TABLES, "explained"])
    for sheet in design().sheets:
        for table in sheet.tables:
            names = [column.name for column in table.columns]
            assert len(names) == len(set(names)) and all(column.source in design().sources for column in table.columns)


def test_rows_fill_columns_that_are_there(letter: Letter, book: Read) -> None:
    """A key that no column has would be lost, and one that no row has never told."""
    for sheet in ("Địa bàn", "Chuyển dữ liệu"):
        for table in book[sheet].tables:
            assert all(
                value is not None for row in rows(book, sheet, table) for name, value in row.items() if name != "Lỗi"
            )


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (Share(1, 3), 0.333),
        (Share(3, 3), 1.0),
        (Share(0, 3), 0.0),
        (Share(1, 10_000), "dưới 0,1 %"),
        (Share(None, 3), "chưa có số liệu"),
        (Share(1, None), "không giao chỉ tiêu"),
        (Share(1, 0), "chỉ tiêu bằng 0"),
        (Chance(0.354), 0.35),
        (Chance(0.001), "dưới 1 %"),
        (Chance(1.0), "trên 99 %"),
        (Chance(None), "chưa có số liệu"),
    ],
)
def test_shares_and_chances_are_rounded_as_in_all_papers(cell: Share | Chance, value: object) -> None:
    assert cell.value == value


@given(st.lists(ANY_TEXT, min_size=1, max_size=8))
@settings(max_examples=120, deadline=None)
def test_no_text_is_ever_a_formula_or_breaks_the_file(texts: list[str]) -> None:
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": True, "strings_to_urls": True})
    looks, sheet = Looks.of(book), book.add_worksheet()
    column = Column(key="x", title="x", kind="long", width=9, means="", source="frozen")
    for row, text in enumerate(texts):
        write_text(sheet, row, 0, text, looks.text)
        write_cell(sheet, row, 1, text, column, looks)
    book.close()
    cells = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active
    assert cells is not None
    for row, text in enumerate(texts, 1):
        for cell in cells[row][: 2 if text else 1]:
            assert cell.data_type == "s" or (cell.value is None and not printable(text)), "never a formula"
            assert cell.hyperlink is None and cell.number_format == "@"
        assert (cells.cell(row, 1).value or "") == printable(text)


def test_no_cell_is_longer_than_excel_can_hold() -> None:
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    write_text(sheet, 0, 0, "x" * (LONGEST + 5), Looks.of(book).text)
    book.close()
    cells = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active
    assert cells is not None and len(cells["A1"].value) == LONGEST


def test_a_name_that_looks_like_a_formula_is_text(frozen: FrozenTables, golden_day: Close) -> None:
    name = '=HYPERLINK("http://x.example","Xã") \x01'
    frozen.conn.execute(sql("update plan.unit set name = :n, full_name = :n where code = '09203'"), {"n": name})
    raw = content(render(desk_letter(frozen, golden_day)))
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        for part in file.namelist():
            assert b"<f>" not in file.read(part) and not part.endswith("externalLink1.xml")
    [row] = [row for row in rows(opened(raw), "Đơn vị", "units") if row["Mã"] == "09203"]
    assert row["Đơn vị"] == printable(name)
