"""Official papers in the form of Decree 30/2020: DOCX and PDF are looked at as a clerk would, with a ruler."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import docx
import pypdf
import pypdfium2
import pytest
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as Written
from hypothesis import given, settings
from hypothesis import strategies as st

from include.campaign.render.attachment import Picture
from include.campaign.render.characters import printable
from include.campaign.render.official.content import (
    Appendix,
    Bullets,
    Figure,
    Heading,
    OfficialPaper,
    Paragraph,
    Table,
)
from include.campaign.render.official.docx import docx_of
from include.campaign.render.official.layout import dated
from include.campaign.render.official.pdf import pdf_of

MM = 72 / 25.4
ALL_CHARACTERS = st.text(st.characters(exclude_categories=()))
RUNNING = "Thực hiện Kế hoạch số 37/KH-UBND, Sở Tư pháp báo cáo kết quả số hóa dữ liệu hộ tịch trong ngày. " * 3


def picture() -> Picture:
    drawn = pypdfium2.PdfDocument(pdf_of(bare()))[0].render(scale=0.5).to_pil()
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return Picture("burnup", out.getvalue(), "Đã nhập 1.264, lộ trình 1.300", 300)


def bare(**changes: object) -> OfficialPaper:
    paper = OfficialPaper(
        parent_body="UBND TỈNH THÍ ĐIỂM",
        issuing_body="SỞ TƯ PHÁP",
        symbol="/BC-STP",
        place="Thí Điểm",
        dated=date(2025, 3, 5),
        kind="BÁO CÁO",
        subject="Tiến độ số hóa dữ liệu hộ tịch",
        addressed_to=("Ủy ban nhân dân tỉnh Thí Điểm",),
        parts=(Paragraph(RUNNING),),
        recipients=("Như trên", "Bộ Tư pháp (để báo cáo)", "Lưu: VT"),
        signed_by=("GIÁM ĐỐC",),
        mark="DỰ THẢO",
        source="So với: Kế hoạch mẫu.",
    )
    return replace(paper, **changes)


@pytest.fixture(scope="module")
def paper() -> OfficialPaper:
    """A paper with everything in it, several pages long."""
    table = Table(
        ("TT", "Đơn vị", "Chỉ tiêu"),
        tuple((str(number), f"Xã số {number}", "1.234") for number in range(1, 101)),
        ("center", "left", "right"),
        (0.1, 0.6, 0.3),
        "Bảng 1. Kết quả",
        (99,),
    )
    parts = (
        Paragraph(RUNNING),
        Heading("1. Kết quả"),
        Bullets(("Một ý.", "Hai ý.")),
        table,
        Figure(picture(), "Biểu đồ 1. Lộ trình"),
        Paragraph("Đậm.", emphasis=True),
    )
    return bare(parts=parts, appendices=(Appendix("KẾT QUẢ CỦA TỪNG ĐƠN VỊ", (replace(table, caption=""),)),))


@pytest.fixture(scope="module")
def written(paper: OfficialPaper) -> Document:
    return docx.Document(io.BytesIO(docx_of(paper)))


@pytest.fixture(scope="module")
def printed(paper: OfficialPaper) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(pdf_of(paper))
    yield document
    document.close()


def paragraphs(document: Document) -> list[Written]:
    """Of the text and of the frameless tables, in no order."""
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    return [*document.paragraphs, *(line for cell in cells for line in cell.paragraphs)]


def the(document: Document, text: str) -> Written:
    """The one paragraph that says so."""
    [found] = [line for line in paragraphs(document) if line.text == text]
    return found


def all_bold(line: Written) -> bool:
    return all(run.bold for run in line.runs if run.text)


def boxes(document: pypdfium2.PdfDocument, number: int) -> list[tuple[str, float, float, float, float]]:
    """Characters of a page with left, bottom, right, top in mm from the page's upper left corner."""
    page = document[number]
    text, height = page.get_textpage(), page.get_height()
    found = []
    for place in range(text.count_chars()):
        character = text.get_text_range(place, 1)
        if character.strip():
            left, bottom, right, top = text.get_charbox(place)
            found.append((character, left / MM, (height - bottom) / MM, right / MM, (height - top) / MM))
    return found


def place_of(document: pypdfium2.PdfDocument, number: int, words: str) -> tuple[float, float, float, float]:
    """Left, top, right, bottom in mm of the first place on a page that says so."""
    page = document[number]
    text, height = page.get_textpage(), page.get_height()
    searcher = text.search(words, match_case=True)
    found = searcher.get_next()
    assert found is not None, f"{words!r} is not on page {number + 1}"
    chars = [text.get_charbox(place) for place in range(found[0], found[0] + found[1])]
    return (
        min(box[0] for box in chars) / MM,
        (height - max(box[3] for box in chars)) / MM,
        max(box[2] for box in chars) / MM,
        (height - min(box[1] for box in chars)) / MM,
    )


def test_the_page_is_a4_with_the_margins_of_the_decree(
    written: Document, printed: pypdfium2.PdfDocument, paper: OfficialPaper
) -> None:
    section = written.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert 20 <= section.top_margin.mm <= 25 and 20 <= section.bottom_margin.mm <= 25
    assert 30 <= round(section.left_margin.mm, 1) <= 35 and 15 <= section.right_margin.mm <= 20
    for number in range(len(printed)):
        assert [round(length / MM) for length in printed[number].get_size()] == [210, 297]
        inside = [box for box in boxes(printed, number) if box[4] >= 20]
        assert min(box[1] for box in inside) >= 29.9
        assert 210 - max(box[3] for box in inside) >= 15
        assert 297 - max(box[2] for box in inside) >= 20
    body = [box for box in boxes(printed, 0) if box[4] >= 20]
    assert min(box[1] for box in body) <= 35 and 210 - max(box[3] for box in body) <= 20, "running text fills the lines"


def test_the_head_names_the_bodies_and_the_nation(
    written: Document, printed: pypdfium2.PdfDocument, paper: OfficialPaper
) -> None:
    parent, body = the(written, paper.parent_body), the(written, paper.issuing_body)
    title = the(written, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    motto = the(written, "Độc lập - Tự do - Hạnh phúc")
    assert not any(run.bold for run in parent.runs)
    assert all(all_bold(line) for line in (body, title, motto))
    assert all(line.alignment == WD_ALIGN_PARAGRAPH.CENTER for line in (parent, body, title, motto))
    for line in (body, motto):  # a rule beneath
        following = line._p.getnext()
        assert following.find(f".//{qn('w:pBdr')}/{qn('w:top')}") is not None
    number = the(written, "Số:\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0/BC-STP")
    assert not any(run.bold or run.italic for run in number.runs)
    # The same on paper: bodies to the left of the nation, each line beneath the one before.
    tops = [place_of(printed, 0, words)[1] for words in (paper.parent_body, paper.issuing_body, "Số:")]
    assert tops == sorted(tops) and tops[0] >= 20
    left, right = place_of(printed, 0, paper.parent_body), place_of(printed, 0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    assert left[2] < right[0] and abs(left[1] - right[1]) < 1
    assert place_of(printed, 0, "Độc lập - Tự do - Hạnh phúc")[1] > right[1]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2025, 3, 5), "ngày 05 tháng 3 năm 2025"),
        (date(2025, 2, 20), "ngày 20 tháng 02 năm 2025"),
        (date(2025, 1, 1), "ngày 01 tháng 01 năm 2025"),
        (date(2025, 10, 9), "ngày 09 tháng 10 năm 2025"),
    ],
)
def test_days_are_padded_below_ten_and_months_below_three(day: date, said: str) -> None:
    assert dated(day) == said


def test_place_and_date_are_in_italics(written: Document, printed: pypdfium2.PdfDocument) -> None:
    line = the(written, "Thí Điểm, ngày 05 tháng 3 năm 2025")
    assert all(run.italic for run in line.runs)
    assert place_of(printed, 0, "Thí Điểm, ngày 05 tháng 3 năm 2025")[0] > 93


def test_kind_and_subject_are_bold_and_centred_above_the_addressee(
    written: Document, printed: pypdfium2.PdfDocument, paper: OfficialPaper
) -> None:
    kind, subject = the(written, "BÁO CÁO"), the(written, paper.subject)
    addressee = the(written, "Kính gửi: Ủy ban nhân dân tỉnh Thí Điểm")
    assert all_bold(kind) and all_bold(subject) and not all_bold(addressee)
    assert {line.alignment for line in (kind, subject, addressee)} == {WD_ALIGN_PARAGRAPH.CENTER}
    places = [place_of(printed, 0, words) for words in ("BÁO CÁO", paper.subject, "Kính gửi: Ủy ban nhân dân tỉnh")]
    assert [place[1] for place in places] == sorted(place[1] for place in places)
    assert abs((places[0][0] + places[0][2]) / 2 - 111) < 1


def test_several_addressees_stand_beneath_each_other_and_a_record_has_none() -> None:
    several = bare(addressed_to=("Bộ Tư pháp", "Ủy ban nhân dân tỉnh"))
    lines = [line.text for line in docx.Document(io.BytesIO(docx_of(several))).paragraphs]
    at = lines.index("Kính gửi:")
    assert lines[at + 1 : at + 3] == ["- Bộ Tư pháp;", "- Ủy ban nhân dân tỉnh."]
    record = bare(kind="BIÊN BẢN", addressed_to=(), recipients=(), signed_by=("ĐẠI DIỆN XÃ", "CÔNG CHỨC"))
    assert "Kính gửi" not in pypdf.PdfReader(io.BytesIO(pdf_of(record))).pages[0].extract_text()
    assert not any("Kính gửi" in line.text for line in paragraphs(docx.Document(io.BytesIO(docx_of(record)))))


def test_running_text_is_justified_with_its_first_line_indented(written: Document) -> None:
    line = the(written, RUNNING)
    assert line.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
    assert line.paragraph_format.first_line_indent is not None and 9 < line.paragraph_format.first_line_indent.mm < 13


def test_times_new_roman_in_13_or_14_points(written: Document, paper: OfficialPaper) -> None:
    with zipfile.ZipFile(io.BytesIO(docx_of(paper))) as file:
        styles = file.read("word/styles.xml").decode()
    defaults = styles[styles.index("<w:docDefaults>") : styles.index("</w:docDefaults>")]
    assert 'w:ascii="Times New Roman"' in defaults and 'w:hAnsi="Times New Roman"' in defaults
    assert re.search(r'<w:sz w:val="(26|27|28)"/>', defaults)


def test_the_pdf_embeds_the_metric_twin_and_nothing_else(paper: OfficialPaper) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf_of(paper)))
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        [descendant] = [one.get_object() for one in font["/DescendantFonts"]]
        descriptor = descendant["/FontDescriptor"]
        assert "LiberationSerif" in descendant["/BaseFont"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys())


def test_pages_are_numbered_at_the_top_from_the_second_on(written: Document, printed: pypdfium2.PdfDocument) -> None:
    section = written.sections[0]
    assert section.different_first_page_header_footer
    fields = [code.text for code in section.header._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE"] and not list(section.first_page_header._element.iter(qn("w:instrText")))
    assert [stop.alignment.name for stop in section.header.paragraphs[0].paragraph_format.tab_stops] == [
        "CENTER",
        "RIGHT",
    ]
    assert len(printed) > 3
    for number in range(len(printed)):
        digits = [box for box in boxes(printed, number) if box[2] < 20 and box[0].isdigit()]
        assert "".join(box[0] for box in digits) == ("" if number == 0 else str(number + 1))
        if digits:
            assert abs((digits[0][1] + digits[-1][3]) / 2 - 111) < 1


@pytest.mark.parametrize("mark", ["DỰ THẢO", "DỰ THẢO – BÁO CÁO TẠM THỜI"])
def test_the_mark_is_on_every_page(paper: OfficialPaper, mark: str) -> None:
    marked = replace(paper, mark=mark)
    with pypdfium2.PdfDocument(pdf_of(marked)) as document:
        for number in range(len(document)):
            assert place_of(document, number, mark)[3] < 20
    section = docx.Document(io.BytesIO(docx_of(marked))).sections[0]
    for header in (section.first_page_header, section.header):
        assert mark in header.paragraphs[0].text


def test_recipients_stand_to_the_left_of_the_signature(
    written: Document, printed: pypdfium2.PdfDocument, paper: OfficialPaper
) -> None:
    closing = next(table for table in written.tables if "Nơi nhận:" in table.rows[0].cells[0].text)
    left, right = closing.rows[0].cells
    head = left.paragraphs[0]
    assert head.text == "Nơi nhận:" and all(run.bold and run.italic for run in head.runs)
    assert [line.text for line in left.paragraphs[1:]] == ["- Như trên;", "- Bộ Tư pháp (để báo cáo);", "- Lưu: VT."]
    assert all(run.font.size.pt == 11 for line in left.paragraphs[1:] for run in line.runs)
    assert right.paragraphs[0].text == "GIÁM ĐỐC" and all_bold(right.paragraphs[0])
    page = next(n for n in range(len(printed)) if "GIÁM ĐỐC" in printed[n].get_textpage().get_text_range())
    recipients, signature = place_of(printed, page, "Nơi nhận:"), place_of(printed, page, "GIÁM ĐỐC")
    assert recipients[2] < signature[0] and abs(recipients[1] - signature[1]) < 2
    assert place_of(printed, page, "- Lưu: VT.")[1] > recipients[1]


def test_tables_repeat_their_heads_and_align_numbers_to_the_right(
    written: Document, printed: pypdfium2.PdfDocument, paper: OfficialPaper
) -> None:
    lined = [table for table in written.tables if table.rows[0].cells[0].text == "TT"]
    assert len(lined) == 2
    for table in lined:
        first = table.rows[0]._tr
        assert first.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert table.rows[1].cells[2].paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT
    assert all_bold(lined[0].rows[100].cells[1].paragraphs[0])
    pages = [printed[number].get_textpage().get_text_range() for number in range(len(printed))]
    with_rows = [text for text in pages if re.search(r"Xã số \d", text)]
    assert len(with_rows) > 3 and all("Chỉ tiêu" in text for text in with_rows)


def test_charts_have_their_words_with_them(written: Document, paper: OfficialPaper) -> None:
    [shape] = written.inline_shapes
    assert shape._inline.docPr.get("descr") == "Đã nhập 1.264, lộ trình 1.300"
    assert the(written, "Biểu đồ 1. Lộ trình").alignment == WD_ALIGN_PARAGRAPH.CENTER
    reader = pypdf.PdfReader(io.BytesIO(pdf_of(paper)))
    objects = (reader.get_object(number) for number in range(1, reader.trailer["/Size"]))
    assert [one["/Alt"] for one in objects if isinstance(one, dict) and "/Alt" in one] == [
        "Đã nhập 1.264, lộ trình 1.300"
    ]


def test_equal_papers_are_equal_files(paper: OfficialPaper) -> None:
    assert docx_of(paper) == docx_of(paper)
    assert pdf_of(paper) == pdf_of(paper)
    core = docx.Document(io.BytesIO(docx_of(paper))).core_properties
    assert core.created is not None and core.created.date() == core.modified.date() == paper.dated
    assert pypdf.PdfReader(io.BytesIO(pdf_of(paper))).metadata["/CreationDate"].startswith("D:20250305")


@given(ALL_CHARACTERS)
@settings(max_examples=60, deadline=None)
def test_any_text_is_text_in_a_docx(text: str) -> None:
    paper = bare(
        subject=text, parts=(Paragraph(text), Table((text,), ((text,),), ("left",), (1.0,), text)), source=text
    )
    document = docx.Document(io.BytesIO(docx_of(paper)))
    assert [line.text for line in document.paragraphs].count(printable(text)) >= 4
    assert [cell.text for row in document.tables[1].rows for cell in row.cells] == [printable(text)] * 2


@given(ALL_CHARACTERS)
@settings(max_examples=15, deadline=None)
def test_any_text_makes_a_pdf(text: str) -> None:
    paper = bare(subject=text, parts=(Paragraph(text), Table((text,), ((text,),), ("left",), (1.0,), text)))
    assert pypdf.PdfReader(io.BytesIO(pdf_of(paper))).pages


@pytest.mark.parametrize(
    "text",
    [
        "#panic(1)",
        "= Tựa",
        "*đậm* _nghiêng_ `mã`",
        "$x^2$",
        "]#[",
        '"; #import "x"',
        "\\ // /* <b>x</b> @y ~ -- ...",
        "'a'",
    ],
)
def test_words_are_never_markup(text: str) -> None:
    paper = bare(parts=(Paragraph(text), Heading(text), Bullets((text,)), Table(("A",), ((text,),), ("left",), (1.0,))))
    said = pypdf.PdfReader(io.BytesIO(pdf_of(paper))).pages[0].extract_text()
    assert said.count(text) == 4
