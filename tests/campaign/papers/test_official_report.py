"""The Department's report and the draft to the chair as official papers: what they say of a hand-made day."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import docx
import pypdf
import pytest
from sqlalchemy import text as sql

from include.campaign.days import Close
from include.campaign.render import Paper, render
from include.campaign.report import Letter, ProvinceReport, write_letters
from include.campaign.report.escalations import ProposalBlock, RaisedLine, ToldBefore
from tests.campaign.conftest import FrozenTables
from tests.campaign.papers.test_official import paragraphs

DESK = "sotuphap@thidiem.example"


@pytest.fixture
def letter(frozen: FrozenTables, golden_day: Close) -> Letter:
    letters = write_letters(frozen.conn, frozen.plan, frozen.calendar, golden_day)
    return next(letter for letter in letters if letter.address == DESK)


def test_the_draft_to_the_chair_is_a_paper_of_the_same_form(letter: Letter) -> None:
    report = letter.blocks[0]
    assert isinstance(report, ProvinceReport)
    behind = report.laggards.registries[0]
    told = (ToldBefore("Ủy ban nhân dân huyện Núi Xa", date(2025, 3, 4), "district"),)
    line = RaisedLine(behind, (), since=date(2025, 3, 3), in_row=3, told=told, difficulty=None)
    block = ProposalBlock("2025-03-05", "Ủy ban nhân dân tỉnh Thí Điểm", "37/KH-UBND", (line,))
    [file] = [one for one in render(replace(letter, blocks=(report, block))).files if one.about.startswith("proposal/")]
    assert file.name == "du-thao-to-trinh-2025-03-05.docx"
    document = docx.Document(io.BytesIO(file.content))
    said = [line.text for line in paragraphs(document)]
    assert {"TỜ TRÌNH", "Kính gửi: Chủ tịch Ủy ban nhân dân tỉnh Thí Điểm", "GIÁM ĐỐC", "- Lưu: VT."} <= set(said)
    assert "Số:\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0/TTr-STP" in said
    rows = [[cell.text for cell in row.cells] for row in document.tables[1].rows]
    assert rows[0][2:5] == ["Chỉ tiêu", "Đã nhập", "Bộ Tư pháp đã tiếp nhận"]
    assert rows[1][:6] == ["1", "Phường 1, huyện Núi Xa", "214", "0", "0", "03/03/2025 (3)"]
    assert rows[1][8] == "Ủy ban nhân dân huyện Núi Xa (04/03/2025)"


@pytest.fixture
def desk(letter: Letter) -> Paper:
    return render(letter)


def report_of(paper: Paper) -> tuple[str, str]:
    """Words of the Department's report: of the DOCX, of the PDF."""
    files = {file.name.rpartition(".")[2]: file.content for file in paper.files}
    document = docx.Document(io.BytesIO(files["docx"]))
    pages = pypdf.PdfReader(io.BytesIO(files["pdf"])).pages
    return (
        " ".join(" ".join(line.text.split()) for line in paragraphs(document)),
        " ".join(" ".join(page.extract_text().split()) for page in pages),
    )


@pytest.mark.parametrize(
    "said",
    [
        "Tiến độ thực hiện “20 ngày đêm thí điểm” đến 18:00 ngày 05/03/2025",
        "Kính gửi: Ủy ban nhân dân tỉnh Thí Điểm",
        "Toàn tỉnh đã nhập 1.264 trường hợp, đạt 42,1 % chỉ tiêu; trong ngày tăng 81 (cộng 11/12 đơn vị có số liệu).",
        "Bộ Tư pháp đã tiếp nhận 1.065 trường hợp, đạt 35,5 % chỉ tiêu; trong ngày tăng 70.",
        "Đơn vị chậm so với lộ trình: 3/8 đơn vị được xét; trong đó 2 đơn vị mới chậm.",
        "Chưa đọc được số liệu của 1/12 đơn vị.",
        "Đề nghị Bộ Tư pháp kiểm tra việc tiếp nhận: 4 trường hợp của đợt này chưa gửi được do lỗi phía tiếp nhận.",
        "Sở Tư pháp kính báo cáo Ủy ban nhân dân tỉnh Thí Điểm./.",
        "So với: Kế hoạch mẫu: 3.000 trường hợp (nguồn: Kế hoạch mẫu; ngày 26/02/2025).",
        "KẾT QUẢ CỦA TỪNG ĐƠN VỊ ĐĂNG KÝ HỘ TỊCH",
    ],
)
def test_the_departments_report(desk: Paper, said: str) -> None:
    for words in report_of(desk):
        assert said in words.replace("\u00a0", " ")


def test_the_report_goes_with_the_mail(desk: Paper) -> None:
    assert [file.name for file in desk.files] == [f"bao-cao-2025-03-05.{ending}" for ending in ("docx", "pdf", "xlsx")]
    assert len({file.about for file in desk.files}) == 3


def test_a_provisional_report_says_so_on_each_page(frozen: FrozenTables) -> None:
    close = frozen.close("2025-03-05", state="gaps", ledger_reading_id=None)
    frozen.registry(close, "09101", (None, None), (None, None), outcome="refused")
    for code in ("091", "09102", "09103"):
        frozen.registry(close, code, (10, None), (1, None))
    letters = write_letters(frozen.conn, frozen.plan, frozen.calendar, close)
    paper = render(next(letter for letter in letters if letter.address == DESK))
    files = {file.name.rpartition(".")[2]: file.content for file in paper.files}
    for page in pypdf.PdfReader(io.BytesIO(files["pdf"])).pages:
        assert "BÁO CÁO TẠM THỜI" in page.extract_text()
    for words in report_of(paper):
        assert "Đây là báo cáo tạm thời" in words
        assert "Bộ Tư pháp đã tiếp nhận: chưa có số liệu." in words
        assert not re.search(r"đã tiếp nhận 0", words)


def test_a_unit_named_like_markup_is_text(frozen: FrozenTables, golden_day: Close) -> None:
    name = '<b>#Xã*</b> "=1+1" $x$'
    frozen.conn.execute(sql("update plan.unit set name = :n, full_name = :n where code = '09203'"), {"n": name})
    letters = write_letters(frozen.conn, frozen.plan, frozen.calendar, golden_day)
    for words in report_of(render(next(letter for letter in letters if letter.address == DESK))):
        assert name in words
