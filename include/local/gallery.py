"""`make papers GALLERY=1`: a picture of every kind of paper, from the days that a rehearsal has played.

Which kinds of daily letters there are is not listed here: a kind is a block that some letter holds. Papers of other
occasions are made from what they were made from then; where the rehearsal had no occasion for one, from figures that
might have been. Each is shown in every language that there is.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from include.campaign.bulletin.content import bulletin_of
from include.campaign.bulletin.page import bulletin_files, page_name
from include.campaign.days import Calendar
from include.campaign.editions.corrections import (
    CorrectedArea,
    CorrectedFigure,
    CorrectionHead,
    CorrectionLetter,
    correction_paper,
)
from include.campaign.editions.failure import failure_letter, failure_paper
from include.campaign.editions.folder import MAIL_HTML, letters_of, paper_of, write_paper
from include.campaign.editions.rendering import make_one
from include.campaign.kickoff.letters import kickoff_letter
from include.campaign.kickoff.morning import morning_of
from include.campaign.kickoff.recipients import recipients
from include.campaign.kickoff.telling import kickoff_paper, morning_paper
from include.campaign.milestones import told_by
from include.campaign.plan import Plan
from include.campaign.render import Paper, render
from include.campaign.render.desk import render_closing, render_milestone
from include.campaign.render.formats import WRITINGS
from include.campaign.report import Letter, ProvinceReport, write_report
from include.campaign.report.closing import closing_report
from include.campaign.report.desk import desk_letter
from include.campaign.report.frozen import read_day
from include.campaign.report.milestone import milestone_reports
from include.campaign.report.models import HeldNotice
from include.campaign.warehouse import fetch
from include.local.home import ROOT, Home, StackError
from include.local.papers import campaign_database, plan_of
from include.local.screen import Screen

if TYPE_CHECKING:
    from playwright.sync_api import Page

PaperIn = Callable[[str], Paper]
"""Makes a paper in a language."""

FOLDER = ROOT / "docs" / "gallery"
WIDTHS = {"phone": (360, 1500), "desk": (680, 1300)}
"""Width of the window, and how much of a long mail is shown, in CSS pixels."""
COLOURS = 24
PDF_WIDTH = 620
ABOUT = """# Gallery of papers

What a rehearsal's readers get, one of each kind; made anew by `make papers GALLERY=1` after `make demo EXIT=1`. Every
address and figure in it is made up. Long mails are cut: the whole ones are in `make papers DAY=...`.
"""


@dataclass(frozen=True)
class Exhibit:
    """One kind of paper in one language."""

    kind: str
    language: str
    paper: Paper

    @property
    def name(self) -> str:
        """Of its pictures."""
        return f"{self.kind}-{self.language}"


def gallery(home: Home, plan_folder: Path | None, screen: Screen) -> bool:
    """Make the gallery anew; returns whether every paper could be made.

    Args:
        home: where the rehearsal's database is.
        plan_folder: the plan; else the rehearsal's.
        screen: where the progress is shown.

    Raises:
        StackError: there is no rehearsal, or no Chromium.
    """
    plan = plan_of(home, plan_folder)
    with campaign_database(home, screen) as campaign, campaign.connect() as conn, screen.steps(1, "looking for papers"):
        letters = list(_one_of_each(conn, plan, screen))
        if not letters:
            raise StackError("No day has been played: make demo EXIT=1")
        exhibits = [*_exhibits(letters, screen), *_others(conn, plan, letters)]
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch, screen.steps(len(exhibits), "taking pictures"):
        lines = list(_pictured(exhibits, Path(scratch), screen))
    (FOLDER / "README.md").write_text(ABOUT + "\n".join(lines) + "\n", encoding="utf-8")
    size = sum(path.stat().st_size for path in FOLDER.iterdir())
    screen.say(f"{len(exhibits)} papers are in {FOLDER}, {size / 1e6:.1f} MB")
    return True


def _one_of_each(conn: Connection, plan: Plan, screen: Screen) -> Iterator[tuple[str, Letter]]:
    """The newest letter that begins with each kind of block, or holds it; the Department's also as provisional."""
    calendar = Calendar(plan.rules)
    gaps = {row["close_key"]: row["gaps"] for row in fetch(conn, "editions/select_closed")}
    closes = [calendar.close(key) for key in sorted(gaps, reverse=True)]
    first: set[str] = set()
    seen: set[str] = set()
    for number, close in enumerate(closes, 1):
        screen.now(f"looking for papers: {close.key}", done=number, total=len(closes))
        for letter in letters_of(conn, plan, calendar, close):
            kinds = [block.kind for block in letter.blocks]
            if kinds[0] not in first or not seen.issuperset(kinds):
                name = kinds[0] if kinds[0] not in first else "-".join([kinds[0], *sorted({*kinds} - seen)])
                first.add(kinds[0])
                seen.update(kinds)
                yield name, letter
    if closes:
        with_gaps = max(closes, key=lambda close: (gaps[close.key], close.key))
        yield "provisional", write_report(conn, plan, calendar, with_gaps, "provisional")


def _exhibits(letters: Iterable[tuple[str, Letter]], screen: Screen) -> Iterator[Exhibit]:
    for kind, letter in letters:
        for language in WRITINGS:
            screen.now(f"making {kind} ({language})")
            made = make_one(replace(letter, language=language))
            if made.paper is None:
                raise StackError(f"The paper {kind} ({language}) cannot be made: {made.why}")
            yield Exhibit(kind, language, made.paper)


def _others(conn: Connection, plan: Plan, letters: list[tuple[str, Letter]]) -> Iterator[Exhibit]:
    """Papers that are not made of a close alone; then what the outbox has beside them, as it was posted."""
    desk = next(letter for kind, letter in letters if kind == "provisional")
    sources = {**dict(_kickoff(conn, plan)), **dict(_occasional(conn, plan)), **_never_hoped_for(plan, desk)}
    shown = set()
    for kind, paper_in in sources.items():
        for language in WRITINGS:
            paper = paper_in(language)
            shown.add(paper.kind)
            yield Exhibit(kind, language, paper)
    for row in fetch(conn, "editions/select_posted_kinds"):
        if row["kind"] not in shown:
            yield Exhibit(row["kind"], "vi", paper_of(conn, row))


def _paper_in(write: Callable[..., Paper], letter: Any, *more: Any) -> PaperIn:
    """How a letter is written in a language."""
    return lambda language: write(replace(letter, language=language), *more)


def _kickoff(conn: Connection, plan: Plan) -> Iterator[tuple[str, PaperIn]]:
    """What was told before the first day: to a reader of each level and post, and to the data team the next morning."""
    first = plan.rules.campaign.first_day
    shown = set()
    for one in recipients(plan, first):
        kind = f"kickoff-{plan.units[one.unit_code].level}-{'-'.join(one.posts)}"
        if kind not in shown:
            shown.add(kind)
            yield kind, _paper_in(kickoff_paper, kickoff_letter(plan, one, first))
    morning = morning_of(conn, plan, first)
    if morning is not None:
        yield "kickoff-morning", _paper_in(morning_paper, morning)


def _occasional(conn: Connection, plan: Plan) -> Iterator[tuple[str, PaperIn]]:
    """Reports of milestones and of the whole campaign, and the public bulletin, of the closes that they are of."""
    calendar = Calendar(plan.rules)
    closed = [calendar.close(row["close_key"]) for row in fetch(conn, "editions/select_closed")]
    telling = {key for key, _ in told_by(conn).values()}
    for close in closed:
        if close.key in telling:
            day = read_day(conn, plan, calendar, close)
            for report in milestone_reports(conn, plan, calendar, close, day):
                letter = desk_letter(plan, close, day.head)
                yield f"milestone-{report.milestone_id}", _paper_in(render_milestone, letter, report)
    final = calendar.closes()[-1]
    if final in closed:
        day = read_day(conn, plan, calendar, final)
        letter = desk_letter(plan, final, day.head)
        yield "closing", _paper_in(render_closing, letter, closing_report(conn, plan, final, day))
    newest = max(closed, key=lambda close: close.as_of)
    told = bulletin_of(conn, plan, newest, read_day(conn, plan, calendar, newest))
    pages = bulletin_files(told, edition=1, corrects=None)
    yield "bulletin", lambda language: _page(plan, pages[page_name(newest.key, 1, language)].decode())


def _page(plan: Plan, html: str) -> Paper:
    """A page that is read in a browser, as if it were a mail to everyone."""
    return Paper("bulletin", "", "", "", plan.rules.campaign.name, html, "")


def _never_hoped_for(plan: Plan, desk: Letter) -> dict[str, PaperIn]:
    """No report in time, a day that does not close, a published figure that was wrong: a rehearsal may have none."""
    failed = failure_letter(plan, Calendar(plan.rules).closes()[0], "not_closed", running=False)
    notice = HeldNotice("12 entries are held, 13 are counted")
    held = replace(desk, head=replace(desk.head, state="held"), blocks=(notice,), note=None)
    report = next(block for block in desk.blocks if isinstance(block, ProvinceReport))
    moved = 1_234
    areas = tuple(
        CorrectedArea(area.code, area.name, area.entered.value, area.entered.value - moved, -moved)
        for area in (report.province, *report.areas[:1])
        if area.entered.value is not None
    )
    unit = next(one for one in report.registries if one.area_code == report.areas[0].code)
    correction = CorrectionLetter(
        CorrectionHead(desk.head.sender, desk.head.campaign, desk.head.as_of + timedelta(days=1)),
        desk.address, desk.office, desk.language, desk.reply_to, plan.province.code,
        (CorrectedFigure(desk.head.close_key, desk.head.day, desk.head.final, "entered", areas,
                         ((unit.full_name, -moved),), ()),),
    )  # fmt: skip
    return {
        "failed": _paper_in(failure_paper, failed),
        "held": _paper_in(render, held),
        "correction": _paper_in(correction_paper, correction),
    }


def _pictured(exhibits: Iterable[Exhibit], scratch: Path, screen: Screen) -> Iterator[str]:
    """Take the pictures; what the gallery's page says of each exhibit."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (for the gallery and tests only)

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        raise StackError("The gallery's pictures need Chromium: install it, or leave docs/gallery as it is.")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for number, exhibit in enumerate(exhibits, 1):
            screen.now(exhibit.name, done=number)
            page = browser.new_page()
            names = list(_shots(page, exhibit, scratch))
            page.close()
            pictures = " ".join(f'<img src="{name}.png" alt="{name}" width="300">' for name in names)
            yield f"\n## {exhibit.kind} ({exhibit.language})\n"
            yield f"To: {escape(exhibit.paper.office)}. Subject: {escape(exhibit.paper.subject)}\n\n{pictures}"
        browser.close()


def _shots(page: Page, exhibit: Exhibit, scratch: Path) -> Iterator[str]:
    """The mail on a phone and at a desk, and the first page of each PDF that goes with it."""
    filed = write_paper(exhibit.paper, scratch, exhibit.name)
    for place, (width, height) in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 600})
        page.goto((scratch / filed.folder / MAIL_HTML).as_uri())
        whole = int(page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": width, "height": min(whole, height)})
        _save(page.screenshot(), f"{exhibit.name}-{place}")
        yield f"{exhibit.name}-{place}"
    for file in exhibit.paper.files:
        if file.media_type == "application/pdf":
            name = f"{exhibit.name}-{Path(file.name).stem.rstrip('-0123456789')}"
            _save(_first_page(file.content), name)
            yield name


def _first_page(content: bytes) -> bytes:
    import pypdfium2  # type: ignore[import-untyped]  # noqa: PLC0415 (for the gallery and tests only)

    page = pypdfium2.PdfDocument(content)[0]
    out = io.BytesIO()
    page.render(scale=PDF_WIDTH / page.get_width()).to_pil().save(out, "PNG")
    return out.getvalue()


def _save(png: bytes, name: str) -> None:
    """A picture with few colours: a tenth of the bytes, and as readable."""
    from PIL import Image  # noqa: PLC0415 (matplotlib brings it)

    image = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS)
    image.save(FOLDER / f"{name}.png", optimize=True)
