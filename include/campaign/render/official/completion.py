"""The record of completed books ("Biên bản hoàn thành") as an official paper: a draft of the unit's own."""

from __future__ import annotations

from collections.abc import Iterator

from include.campaign.render.formats import day, inside, moment, number
from include.campaign.render.official.content import Align, Bullets, Heading, OfficialPaper, Paragraph, Part, Table
from include.campaign.render.official.layout import dated
from include.campaign.report.completion import CompletionRecord, RecordBook

_BLANK = "…" * 8
_HEAD = ("TT", "Loại sổ", "Năm mở", "Quyển số", "Khóa sổ", "Đã nhập", "Đã quét", "Bộ tiếp nhận", "Ngày cân")
_ALIGN: tuple[Align, ...] = ("center", "left", "center", "left", "right", "right", "right", "right", "center")
_WIDTHS = (0.06, 0.19, 0.08, 0.12, 0.10, 0.10, 0.10, 0.11, 0.14)


def completion_paper(record: CompletionRecord) -> OfficialPaper:
    """The record as its unit would sign it, with the district's judicial office; names and number stay blank."""
    province = f"UBND tỉnh {record.province}"
    above = province if record.district_level else f"UBND {inside(record.parent)}"
    return OfficialPaper(
        parent_body=above.upper(),
        issuing_body=f"UBND {inside(record.unit)}".upper(),
        symbol="/BB-UBND",
        place=_name(record),
        dated=record.day,
        kind="BIÊN BẢN",
        subject="Hoàn thành số hóa, nhập và chuyển dữ liệu các sổ đăng ký hộ tịch",
        addressed_to=(),
        parts=tuple(_parts(record)),
        recipients=("Sở Tư pháp", _office(record), "Lưu: VT"),
        signed_by=("CHỦ TỊCH UBND", "CÔNG CHỨC TƯ PHÁP - HỘ TỊCH", _office(record).upper()),
        mark="DỰ THẢO",
        source=f"Nguồn: cơ sở dữ liệu của đơn vị và sổ tiếp nhận của Bộ Tư pháp, số liệu đến {moment(record.as_of)};"
        f" lần chốt {record.close_key}.",
    )


def _name(record: CompletionRecord) -> str:
    """The unit's name without its kind: "Hải Ba"; "Phường 1" keeps it, as officials write it."""
    kinds = ("xã ", "thị trấn ", "huyện ", "thị xã ", "thành phố ", "phường ")
    unit = inside(record.unit)
    name = next((unit.removeprefix(kind) for kind in kinds if unit.startswith(kind)), record.unit)
    return record.unit if name.isdigit() else name


def _office(record: CompletionRecord) -> str:
    """Who signs for the judicial side: of a commune under a district its office, else the Department."""
    return "Sở Tư pháp" if record.district_level else "Phòng Tư pháp"


def _parts(record: CompletionRecord) -> Iterator[Part]:
    line, unit = record.line, inside(record.unit)
    where = "Sở Tư pháp" if record.district_level else f"Phòng Tư pháp {inside(record.parent)}"
    yield Paragraph(f"Hôm nay, {dated(record.day)}, tại trụ sở Ủy ban nhân dân {unit}, chúng tôi gồm có:")
    yield Bullets(
        (
            f"Đại diện Ủy ban nhân dân {unit}: ông (bà) {_BLANK}",
            f"Công chức tư pháp - hộ tịch: ông (bà) {_BLANK}",
            f"Đại diện {where}: ông (bà) {_BLANK}",
        )
    )
    yield Paragraph(f"Cùng xác nhận kết quả thực hiện Kế hoạch số {record.order} tại đơn vị như sau:")
    yield Heading("1. Các sổ đã cân")
    yield Paragraph(
        f"Đến {moment(record.as_of)}, {number(line.balanced)}/{number(line.books)} sổ đã cân: tổng số trường hợp ở"
        " trang khóa sổ bằng số trường hợp đã nhập, số đã có bản quét và số Bộ Tư pháp đã tiếp nhận."
    )
    if record.books:
        yield _table(record)
    titles = iter(("2", "3"))
    if record.fell_out:
        yield Heading(f"{next(titles)}. Các sổ từng cân nay không còn cân")
        yield Bullets(tuple(_fell_out(book) for book in record.fell_out))
    left = line.books - line.balanced
    yield Heading(f"{next(titles)}. Kết luận")
    if line.complete:
        yield Paragraph(f"Đơn vị đã hoàn thành {number(line.books)}/{number(line.books)} sổ được giao.")
    else:
        yield Paragraph(f"Còn {number(left)} sổ chưa cân; biên bản được bổ sung khi các sổ này cân.")
    yield Paragraph("Biên bản được lập thành 03 bản có giá trị như nhau, mỗi bên giữ 01 bản.")


def _table(record: CompletionRecord) -> Table:
    rows = [
        (
            str(place),
            book.register,
            str(book.opened_year),
            book.book_no,
            *(number(count) for count in (book.closing_total, book.entered, book.attached, book.received)),
            day(book.day),
        )
        for place, book in enumerate(record.books, 1)
    ]
    sums = [sum(getattr(book, figure) for book in record.books) for figure in ("entered", "attached", "received")]
    total = ("", "Cộng", "", "", *(number(count) for count in (record.cases, *sums)), "")
    return Table(_HEAD, (*rows, total), _ALIGN, _WIDTHS, emphasised=(len(rows),))


def _fell_out(book: RecordBook) -> str:
    name = f"Sổ {inside(book.register)} mở năm {book.opened_year}, quyển số {book.book_no}: từ ngày {day(book.day)}"
    if book.closing_total is None:
        return f"{name} sổ không có tổng số khóa sổ hoặc không còn trong cơ sở dữ liệu"
    return (
        f"{name} khóa sổ {number(book.closing_total)}, đã nhập {number(book.entered)}, đã quét {number(book.attached)},"
        f" Bộ tiếp nhận {number(book.received)}"
    )
