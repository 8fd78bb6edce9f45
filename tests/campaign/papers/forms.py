"""What each form of a day's papers says of the named figures, read back from the form itself.

A form is read by the names that stand in it: a figure called otherwise is not found, and a test misses it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import docx
import lxml.html
import openpyxl
import pypdf
from sqlalchemy import Connection, text

from include.campaign.render import Paper
from include.campaign.render.figures import name_of, own_name, printed
from include.campaign.render.templates import terms
from include.campaign.report.figures import STATE_FIGURES, NamedFigure, close_figures
from include.campaign.report.models import Letter, ProvinceReport, RegistryDay

Unit = tuple[str, str]
"""Scope and code."""


class Said(dict[tuple[str, Unit], str]):
    """Printed values by name of the figure (a term) and unit; what is said twice, and otherwise, is kept as both."""

    def __setitem__(self, of: tuple[str, Unit], value: str) -> None:
        before = self.get(of, value)
        super().__setitem__(of, value if before == value else f"{before}, {value}")

    def __ior__(self, other: Any) -> Said:
        for of, value in dict(other).items():
            self[of] = value
        return self


NAMES = {name: name_of(name, terms("vi")) for name in terms("vi")["figures"]}
UNKNOWN = "chưa có số liệu"
NUMBER = r"[+-]?\d{1,3}(?:\.\d{3})*(?!\d)"
SHARE = r"(?:\d+(?:,\d)? %|dưới 0,1 %)"


def report_of(letter: Letter) -> ProvinceReport:
    """The Department's report in its letter."""
    return next(block for block in letter.blocks if isinstance(block, ProvinceReport))


def expected(letter: Letter) -> Said:
    """What all forms have to agree with."""
    figures = close_figures(report_of(letter), letter.head)
    return Said({(one.name, (one.scope, one.unit)): printed(one) for one in figures})


def plain(words: str) -> str:
    """Words with single blanks, none of them one that does not break."""
    return " ".join(words.split())


def registries_in(report: ProvinceReport, area: str) -> list[RegistryDay]:
    """Registries that are counted in an area."""
    return [one for one in report.registries if one.area_code == area]


class Units:
    """Units by the names that papers call them."""

    def __init__(self, report: ProvinceReport) -> None:
        self.province: Unit = ("province", report.province.code)
        self.areas: dict[str, Unit] = {area.name: ("area", area.code) for area in report.areas}
        self.registries: dict[str, dict[str, Unit]] = {
            area.name: {
                own_name(one): ("registry", one.code) for one in report.registries if one.area_code == area.code
            }
            for area in report.areas
        }
        self.rows: dict[str, Unit] = self.areas | {report.province.name: self.province, "Toàn tỉnh": self.province}


# Mail


def of_html(paper: Paper, units: Units) -> Said:
    """The page of the mail: its first table, the districts', and sentences."""
    body = lxml.html.fromstring(paper.html).find("body")
    assert body is not None
    said = Said()
    for table in body.iter("table"):
        rows = [[plain(" ".join(cell.itertext())) for cell in row.iter("td", "th")] for row in table.iter("tr")]
        said |= _headlines(rows, units.province)
        if rows[0][:3] == ["Địa bàn", NAMES["entered"], NAMES["received"]]:
            for row in rows[1:]:
                name = next(name for name in units.areas if row[0].startswith(f"{name} "))
                said |= _mailed_area(row, units.areas[name])
    said |= _sentences(plain(" ".join(body.itertext())), units.province)
    return said


def _headlines(rows: Iterable[list[str]], unit: Unit) -> Said:
    said = Said()
    for row in rows:
        for name in ("entered", "received", "registries_read", "units_behind", "unsent"):
            if row[0].startswith(NAMES[name]) and len(row) in (2, 3):
                said[name, unit] = row[1]
                said |= _beneath(name, unit, row[0])
    return said


def _beneath(name: str, unit: Unit, words: str) -> Said:
    """What stands under a headline: its share of the quota and what the day brought."""
    found = re.search(rf"({SHARE}) chỉ tiêu · (?:trong ngày|từ lần chốt trước) ({NUMBER})", words)
    if not found:
        return Said()
    return Said({(f"{name}_share", unit): found[1], (f"{name}_in_day", unit): found[2]})


def _mailed_area(row: list[str], unit: Unit) -> Said:
    said = Said()
    if found := re.search(rf"chỉ tiêu ({NUMBER})", row[0]):
        said["quota", unit] = found[1]
    if found := re.search(r"(\d+) đơn vị chậm", row[0]):
        said["units_behind", unit] = found[1]
    for name, cell in (("entered", row[1]), ("received", row[2])):
        found = re.fullmatch(rf"({NUMBER}|{UNKNOWN})(?: ?({SHARE}))?", cell)
        assert found, cell
        said[name, unit] = found[1]
        if found[2]:
            said[f"{name}_share", unit] = found[2]
    for name, word in (("entered", "nhập"), ("received", "nhận")):
        if found := re.search(rf"{word} ({NUMBER})", row[3]):
            said[f"{name}_in_day", unit] = found[1]
    return said


def _sentences(words: str, unit: Unit) -> Said:
    """Figures that stand in running text as "name: value", and the quota."""
    said = Said()
    for name in ("queued", "awaiting", "open_defects", "duplicates_left", "breaks_open", "quota"):
        if found := re.search(rf"{re.escape(NAMES[name])} ?: ({NUMBER}|{UNKNOWN})", words, re.IGNORECASE):
            said[name, unit] = found[1]
    return said


def of_plain(paper: Paper, units: Units) -> Said:
    """The plain part of the mail."""
    said = _sentences(plain(paper.plain), units.province)
    for line in paper.plain.splitlines():
        name, _, value = line.partition(": ")
        for figure in ("entered", "received", "registries_read", "units_behind", "unsent"):
            if name == NAMES[figure]:
                found = re.match(
                    rf"({NUMBER}(?:/\d+)?|{UNKNOWN})(?: \(({SHARE})\))?(?:, trong ngày ({NUMBER}))?", value
                )
                if found:
                    said |= _parts(figure, units.province, found.groups())
        area = next((area for area in units.areas if line.startswith(f"- {area} (")), None)
        if area is not None and NAMES["entered"].lower() in line:
            said |= _plain_area(line, units.areas[area])
    return said


def _parts(name: str, unit: Unit, found: Iterable[Any]) -> Said:
    value, share, change = found
    known = {name: value, f"{name}_share": share, f"{name}_in_day": change}
    return Said({(one, unit): value for one, value in known.items() if value})


def _plain_area(line: str, unit: Unit) -> Said:
    said = Said()
    for name, pattern in (
        ("quota", rf"chỉ tiêu ({NUMBER})"),
        ("units_behind", r"(\d+) đơn vị chậm"),
        ("entered_in_day", rf"trong ngày: nhập ({NUMBER})"),
        ("received_in_day", rf", nhận ({NUMBER})"),
    ):
        if found := re.search(pattern, line):
            said[name, unit] = found[1]
    for name in ("entered", "received"):
        if found := re.search(rf"{terms('vi')['figures'][name]} ({NUMBER}|{UNKNOWN})(?: \(({SHARE})\))?", line):
            said |= _parts(name, unit, (*found.groups(), None))
    return said


# Files


def content(paper: Paper, ending: str) -> io.BytesIO:
    """A file that goes with the mail."""
    return io.BytesIO(next(file.content for file in paper.files if file.name.endswith(ending)))


def of_docx(paper: Paper, units: Units) -> Said:
    """Tables of the official report, by their heads."""
    said = Said()
    for table in docx.Document(content(paper, ".docx")).tables:
        rows = [[plain(cell.text) for cell in row.cells] for row in table.rows]
        head = rows[0]
        if head == ["Chỉ số", "Số liệu"]:
            said |= {(_name(name), units.province): value for name, value in rows[1:] if _name(name)}
        elif head[:2] == ["TT", "Địa bàn"]:
            for row in rows[1:]:
                said |= _row(head, row, units.rows[row[1]])
        elif head[:2] == ["TT", "Đơn vị"] and "Ghi chú" in head and NAMES["quota"] in head:
            area = ""
            for row in rows[1:]:
                area = area if row[0] else row[1]
                said |= _row(head, row, units.registries[area][row[1]] if row[0] else units.areas[area])
    return said


def _name(title: str) -> str:
    return next((name for name, said in NAMES.items() if said == title), "")


def _row(head: list[str], row: list[str], unit: Unit) -> Said:
    return {
        (_name(title), unit): value for title, value in zip(head, row, strict=True) if _name(title) and value != "–"
    }


def of_pdf(paper: Paper, units: Units) -> Said:
    """Lines of the official report: "name value" of the province; of the others figures in the order of columns."""
    reader = pypdf.PdfReader(content(paper, ".pdf"))
    lines = [plain(line) for page in reader.pages for line in page.extract_text().splitlines()]
    words = " ".join(lines)
    said = Said()
    for name, title in NAMES.items():
        for line in lines:
            if found := re.fullmatch(rf"{re.escape(title)} ({NUMBER}(?:/\d+)?|{SHARE}|{UNKNOWN}|không giao)", line):
                said.setdefault((name, units.province), found[1])
    columns = ("quota", "entered", "entered_share", "entered_in_day", "received", "received_share", "received_in_day")
    value = rf"({NUMBER}|{UNKNOWN}|không giao|–)"
    share = rf"({SHARE}|{UNKNOWN}|–)"
    figures = " ".join([value, value, share, value, value, share, value])
    heads = " ".join(NAMES[name] for name in columns)
    first = words.index(f"TT Địa bàn {heads} {NAMES['units_behind']} ")
    for area, code in (*units.areas.items(), ("Toàn tỉnh", units.province)):
        if found := re.compile(rf"{re.escape(area)} {figures} (\d+)").search(words, first):
            cells = zip((*columns, "units_behind"), found.groups(), strict=True)
            said |= {(name, code): cell for name, cell in cells if cell != "–"}
    at = words.index(f"TT Đơn vị {heads} Ghi chú ")
    for area, registries in units.registries.items():
        at = words.index(f"{area} ", at)
        for registry, code in registries.items():
            if found := re.compile(rf"\d+ {re.escape(registry)} {figures}").search(words, at):
                said |= {(name, code): cell for name, cell in zip(columns, found.groups(), strict=True) if cell != "–"}
    return said


def of_xlsx(paper: Paper, units: Units) -> Said:
    """Cells of the workbook, by the heads of their columns, as Excel shows them."""
    book = openpyxl.load_workbook(content(paper, ".xlsx"))
    said = Said()
    for title, value, whole in _rows(book, "Tổng hợp", "summary")[1:]:
        name = _name(str(title))
        of = f"/{whole}" if name == "registries_read" else ""
        said[name, units.province] = _shown(name, value) + of
    for sheet, table in (("Địa bàn", "areas"), ("Đơn vị", "units")):
        head, *rows = _rows(book, sheet, table)
        for row in rows:
            unit = ("registry", str(row[0])) if table == "units" else units.rows[str(row[0])]
            for column, value in zip(head, row, strict=True):
                if (name := _name(str(column))) and value not in (None, "không giao chỉ tiêu"):
                    said[name, unit] = _shown(name, value)
    return said


def _rows(book: Any, sheet: str, table: str) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in book[sheet][book[sheet].tables[table].ref]]


def _shown(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if name.endswith("_share"):
        tenths = round(value * 1000)
        return "100 %" if tenths == 1000 else f"{tenths // 10},{tenths % 10} %"
    digits = f"{value:,}".replace(",", ".")
    return f"+{digits}" if name.endswith("_in_day") and value > 0 else digits


# Page and database


def of_page(html: str, units: Units) -> Said:
    """The table of districts on the page, by its heads; the province stands in it, too."""
    said = Said()
    for table in lxml.html.fromstring(html).iter("table"):
        head, *rows = [[plain(cell.text_content()) for cell in row.iter("td", "th")] for row in table.iter("tr")]
        if NAMES["quota"] not in head:
            continue
        for row in rows:
            for title, value in zip(head[1:], row[1:], strict=True):
                found = re.match(rf"({NUMBER}|{UNKNOWN}|không giao)(?: ({SHARE}))?", value)
                assert found, value
                said[_name(title), units.rows[row[0]]] = found[1]
                if found[2]:
                    said[f"{_name(title)}_share", units.rows[row[0]]] = found[2]
    return said


def of_database(conn: Connection, close_key: str, report: ProvinceReport) -> Said:
    """Frozen rows of the close, added up here and nowhere else."""
    query = """
        select registry_code, quota, entered, received, entered_in_day, received_in_day
        from closing.progress join closing.close using (close_key, baseline)
        where close_key = :key
    """
    rows = {row["registry_code"]: row for row in conn.execute(text(query), {"key": close_key}).mappings()}
    said = Said()
    for unit, members in _members(report):
        for name in ("entered", "received", "entered_in_day", "received_in_day"):
            known = [rows[one][name] for one in members if rows[one][name] is not None]
            said[name, unit] = printed(NamedFigure(name, "registry", "", sum(known) if known else None))
    states = """
        select registry_code, sum(queued) as queued, sum(awaiting) as awaiting, sum(rejected) as rejected,
            sum(failed) as failed, sum(open_defects) as open_defects
        from closing.figure where close_key = :key and phase = 2 group by registry_code
    """
    for row in conn.execute(text(states), {"key": close_key}).mappings():
        for name in STATE_FIGURES:
            of = ("registry", row["registry_code"])
            said[name, of] = printed(NamedFigure(name, *of, row[name]))
    for code, row in rows.items():
        said["quota", ("registry", code)] = printed(NamedFigure("quota", "registry", code, row["quota"]))
    return said


def _members(report: ProvinceReport) -> Iterator[tuple[Unit, list[str]]]:
    codes = {one.code: one.area_code for one in report.registries}
    yield ("province", report.province.code), list(codes)
    for area in report.areas:
        yield ("area", area.code), [code for code, of in codes.items() if of == area.code]
    yield from ((("registry", code), [code]) for code in codes)


def disagreements(wanted: Said, said: Said) -> Said:
    """Figures of a form that are not what they should be."""
    return Said({of: value for of, value in said.items() if wanted.get(of) != value})


FILES: dict[str, Callable[[Paper, Units], Said]] = {
    "html": of_html,
    "plain": of_plain,
    "docx": of_docx,
    "pdf": of_pdf,
    "xlsx": of_xlsx,
}
"""Readers of the forms that a letter makes."""
