"""One number: a figure has the same name and value in mail, files, page and database; and who lies is found out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import text

from include.campaign.days import Calendar, Close
from include.campaign.endpoint import Endpoint
from include.campaign.render import render
from include.campaign.report import write_letters, write_report
from include.campaign.report.figures import province_figures
from include.campaign.report.models import Letter, ProvinceReport, Total
from include.campaign.warehouse import engine, fetch_one
from include.page.store import read_status
from include.page.view import render_status
from tests.campaign.conftest import FrozenTables
from tests.campaign.papers.forms import (
    FILES,
    UNKNOWN,
    Said,
    Unit,
    Units,
    disagreements,
    expected,
    of_database,
    of_page,
    report_of,
)
from tests.campaign.played import Played

DESK = "sotuphap@thidiem.example"
UNREAD = ("09102", "09202", "09203", "09303")
SUMS = {"entered", "entered_in_day", "received", "received_in_day"}
UNIT = SUMS | {"quota", "entered_share", "received_share"}
AREA = UNIT | {"units_behind"}
WHOLE = AREA | {"registries_read", "unsent", "queued", "awaiting", "open_defects"}
TABLES = {"province": WHOLE | {"registries_unread"}, "area": AREA, "registry": UNIT}
TOLD = {
    "html": {"province": WHOLE, "area": AREA},
    "plain": {"province": WHOLE, "area": AREA},
    "docx": TABLES,
    "pdf": TABLES,
    "xlsx": TABLES,
    "page": {scope: AREA - {"entered_in_day", "received_in_day"} for scope in ("province", "area")},
    "database": {"province": SUMS, "area": SUMS, "registry": SUMS | {"quota"}},
}
"""Figures that each form has to tell, by scope."""


@dataclass(frozen=True)
class Day:
    """A close and what its forms are made of."""

    frozen: FrozenTables
    database: Endpoint
    close: Close
    letter: Letter

    def said(self, form: str) -> Said:
        """What the page or the database says."""
        if form == "page":
            self.frozen.conn.commit()  # the page has a connection of its own
            return of_page(render_status(read_status(self.database, self.frozen.plan)), self.units)
        return of_database(self.frozen.conn, self.close.key, report_of(self.letter))

    def forms(self) -> dict[str, Said]:
        """What all forms say."""
        return self.papers(self.letter) | {form: self.said(form) for form in ("page", "database")}

    def papers(self, letter: Letter) -> dict[str, Said]:
        """What the forms say that are made from a letter."""
        paper = render(letter)
        return {form: read(paper, self.units) for form, read in FILES.items()}

    @property
    def units(self) -> Units:
        return Units(report_of(self.letter))


def day_of(frozen: FrozenTables, database: Endpoint, close: Close) -> Day:
    letters = write_letters(frozen.conn, frozen.plan, frozen.calendar, close)
    return Day(frozen, database, close, next(letter for letter in letters if letter.address == DESK))


@pytest.fixture
def golden(frozen: FrozenTables, campaign_db: Endpoint, golden_day: Close) -> Day:
    return day_of(frozen, campaign_db, golden_day)


@pytest.fixture
def provisional(frozen: FrozenTables, campaign_db: Endpoint, golden_day: Close) -> Day:
    """The same day with more registries unread than the plan tolerates, and the Ministry's ledger unread."""
    for code in UNREAD:
        frozen.conn.execute(
            text(
                "update closing.registry_close set outcome = 'unreachable', reading_id = null, read_at = null,"
                " state_read_at = null where close_key = :key and registry_code = :code"
            ),
            {"key": golden_day.key, "code": code},
        )
        frozen.conn.execute(
            text(
                "update closing.progress set entered = null, entered_in_day = null"
                " where close_key = :key and registry_code = :code"
            ),
            {"key": golden_day.key, "code": code},
        )
    for change in (
        "update closing.progress set received = null, received_in_day = null where close_key = :key",
        "update closing.close set state = 'gaps', ledger_reading_id = null where close_key = :key",
    ):
        frozen.conn.execute(text(change), {"key": golden_day.key})
    day = day_of(frozen, campaign_db, golden_day)
    assert day.letter.head.edition == "provisional"
    return day


def complete(form: str, wanted: Said, said: Said) -> None:
    """Nothing that the form has to tell is left out; of what is not known only the headline has to say so."""
    told = TOLD[form]
    for (name, (scope, code)), value in wanted.items():
        if name not in told.get(scope, ()) or (name, (scope, code)) in said:
            continue
        silent = value in (UNKNOWN, "không giao", "không giao chỉ tiêu") or (name == "units_behind" and value == "0")
        assert silent, f"{form} does not tell {name} of {scope} {code}: {value}"


def test_every_form_of_the_golden_day_says_the_same(golden: Day) -> None:
    wanted, forms = expected(golden.letter), golden.forms()
    for form, said in forms.items():
        assert disagreements(wanted, said) == {}, form
        complete(form, wanted, said)
    for of in wanted:
        # Only the workbook lists what is of single registries.
        least = 2 if of[0] in UNIT or (of[0] in WHOLE and of[1][0] != "registry") else 1
        assert sum(of in said for said in forms.values()) >= least, (
            f"{of}: only the workbook lists what is of one registry"
        )


def test_every_form_of_a_provisional_day_says_the_same(provisional: Day) -> None:
    wanted, province = expected(provisional.letter), ("province", "09")
    assert wanted["entered", ("registry", "09202")] == UNKNOWN
    for form, said in provisional.forms().items():
        assert disagreements(wanted, said) == {}, form
        complete(form, wanted, said)
        assert said["received", province] == UNKNOWN, f"what is not known is said in {form}, and is no zero"


def off_by_one(total: Total) -> Total:
    assert total.value is not None
    return replace(total, value=total.value + 1)


def province_lies(report: ProvinceReport) -> ProvinceReport:
    return replace(report, province=replace(report.province, entered=off_by_one(report.province.entered)))


def area_lies(report: ProvinceReport) -> ProvinceReport:
    first, *others = report.areas
    return replace(report, areas=(replace(first, received=off_by_one(first.received)), *others))


def registry_lies(report: ProvinceReport) -> ProvinceReport:
    first, second, *others = report.registries
    return replace(report, registries=(first, replace(second, entered=(second.entered or 0) + 1), *others))


def queue_lies(report: ProvinceReport) -> ProvinceReport:
    return replace(report, failures=replace(report.failures, queued=off_by_one(report.failures.queued)))


def list_lies(report: ProvinceReport) -> ProvinceReport:
    return replace(report, laggards=replace(report.laggards, registries=report.laggards.registries[1:]))


@pytest.mark.parametrize(
    ("lie", "lied", "forms"),
    [
        (province_lies, ("entered", ("province", "09")), FILES),
        (area_lies, ("received", ("area", "091")), FILES),
        (registry_lies, ("entered", ("registry", "09101")), ("docx", "pdf", "xlsx")),
        (queue_lies, ("queued", ("province", "09")), FILES),
        (list_lies, ("units_behind", ("province", "09")), FILES),
    ],
)
def test_a_form_that_says_another_number_is_found_out(
    golden: Day, lie: Callable[[ProvinceReport], ProvinceReport], lied: tuple[str, Unit], forms: Iterable[str]
) -> None:
    blocks = tuple(lie(block) if isinstance(block, ProvinceReport) else block for block in golden.letter.blocks)
    said = golden.papers(replace(golden.letter, blocks=blocks))
    for form in forms:
        assert lied in disagreements(expected(golden.letter), said[form]), form


@pytest.mark.parametrize("form", ["page", "database"])
def test_frozen_rows_that_are_changed_behind_our_back_are_found_out(golden: Day, form: str) -> None:
    golden.frozen.conn.execute(
        text("update closing.progress set entered = entered + 1 where close_key = :key and registry_code = '09101'"),
        {"key": golden.close.key},
    )
    wrong = disagreements(expected(golden.letter), golden.said(form))
    assert {("entered", ("province", "09")), ("entered", ("area", "091"))} <= set(wrong)


def test_a_figure_under_another_name_is_missed(golden: Day) -> None:
    wanted = expected(golden.letter)
    said = Said({of: value for of, value in wanted.items() if of != ("entered", ("province", "09"))})
    with pytest.raises(AssertionError, match="does not tell entered of province 09"):
        complete("docx", wanted, said)


def test_who_is_behind_is_so_many_in_the_days_line_and_in_all_papers(played: Played) -> None:
    """Warned are more than behind: other flags climb, too."""
    told = set()
    with engine(played.campaign).connect() as conn:
        calendar = Calendar(played.plan.rules)
        for close in calendar.closes():
            letter = write_report(conn, played.plan, calendar, close)
            report = report_of(letter)
            summary = fetch_one(conn, "summarise_close", close_key=close.key)
            assert summary is not None
            figures = {figure.name: figure.value for figure in province_figures(report, letter.head)}
            assert summary["behind"] == len(report.laggards.registries) == figures.get("units_behind", 0)
            assert summary["behind"] <= summary["flagged"]
            assert figures.get("units_newly_behind", 0) == len(report.first_page.came_on)
            told.add(summary["behind"])
    assert len(told) >= 5
