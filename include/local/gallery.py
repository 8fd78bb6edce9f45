"""`make papers GALLERY=1`: a picture of every kind of paper, from the days that a rehearsal has played.

Which kinds there are is not listed here: a kind is a block that some letter holds, or a kind of message in the outbox;
a language is a folder of templates.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from include.campaign.days import Calendar
from include.campaign.editions.failure import failure_letter, failure_paper
from include.campaign.editions.folder import MAIL_HTML, letters_of, paper_of, write_paper
from include.campaign.editions.rendering import make_one
from include.campaign.plan import Plan
from include.campaign.render import Paper
from include.campaign.render.paper import TEMPLATES
from include.campaign.report import Letter, write_report
from include.campaign.warehouse import fetch
from include.local.home import ROOT, Home, StackError
from include.local.papers import campaign_database, plan_of
from include.local.screen import Screen

if TYPE_CHECKING:
    from playwright.sync_api import Page

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
        exhibits = [*_exhibits(letters, screen), *_others(conn, plan)]
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
        for language in sorted(folder.name for folder in TEMPLATES.iterdir() if folder.is_dir()):
            screen.now(f"making {kind} ({language})")
            made = make_one(replace(letter, language=language))
            if made.paper is None:
                raise StackError(f"The paper {kind} ({language}) cannot be made: {made.why}")
            yield Exhibit(kind, language, made.paper)


def _others(conn: Connection, plan: Plan) -> Iterator[Exhibit]:
    """What the outbox has beside, as it was posted, and the page about a report that does not come."""
    for row in fetch(conn, "editions/select_posted_kinds"):
        yield Exhibit(row["kind"], "vi", paper_of(conn, row))
    close = Calendar(plan.rules).closes()[0]
    yield Exhibit("failed", "vi", failure_paper(failure_letter(plan, close, "not_closed", running=False)))


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
