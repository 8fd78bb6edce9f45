"""Every kind of paper in a browser: nothing is wider than a phone, and a commune's first screen is one screen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from include.campaign.bulletin.content import bulletin_of
from include.campaign.bulletin.page import LANGUAGES, bulletin_files
from include.campaign.days import Close
from include.campaign.plan import Plan
from include.campaign.render import Paper, render
from include.campaign.report import CommuneReport, Letter, write_letters
from include.campaign.report.frozen import read_day
from tests.campaign.conftest import FrozenTables
from tests.campaign.papers.conftest import EveryPaper, FullDays
from tests.campaign.papers.full_day import PLIGHTS
from tests.campaign.papers.reading import seen

SCREEN = 740
"""Height of a phone's screen that is 360 wide, in CSS pixels."""
WIDTHS = (360, 680)
FIRST_TABLE = "document.querySelector('table:not([role])').getBoundingClientRect().top"
# One page with a frame for each paper and width: as wide as a screen, and laid out as there.
FRAMES = """
async ([papers, widths, height]) => {
    const opened = papers.flatMap(([name, html]) => widths.map(width => new Promise(done => {
        const frame = document.createElement('iframe');
        frame.width = width; frame.height = height; frame.style.border = 0; frame.srcdoc = html;
        frame.onload = () => {
            const page = frame.contentDocument;
            const wide = [...page.querySelectorAll('td, th, div, p, li, h1, h2, h3')]
                .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.innerText.slice(0, 80));
            if (page.documentElement.scrollWidth > width) wide.push('page');
            // A number and its percent sign that stand on two lines.
            const texts = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
            for (let text; (text = texts.nextNode());)
                for (const found of text.data.matchAll(/[0-9][ \\u00a0]?%/g)) {
                    const range = page.createRange();
                    range.setStart(text, found.index);
                    range.setEnd(text, found.index + found[0].length);
                    const lines = new Set([...range.getClientRects()].filter(r => r.width).map(r => Math.round(r.top)));
                    if (lines.size > 1) wide.push('broken: ' + text.data.slice(0, 80));
                }
            frame.remove();
            done(wide.length ? [[name, width, wide]] : []);
        };
        document.body.append(frame);
    })));
    return (await Promise.all(opened)).flat();
}
"""
# Frames that are laid out at a time.
AT_ONCE = 20


def overflowing(browser: Any, pages: Mapping[str, str]) -> list[Any]:
    """Pages that do not fit a phone or a mail reader: their names, at which width, and what of them does not."""
    page = browser.new_page()
    page.set_content("<body></body>")
    listed = list(pages.items())
    found = [
        wide
        for first in range(0, len(listed), AT_ONCE)
        for wide in page.evaluate(FRAMES, [listed[first : first + AT_ONCE], WIDTHS, SCREEN])
    ]
    page.close()
    return found


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_paper_is_wider_than_the_screen(every_paper_in: EveryPaper, browser: Any, language: str) -> None:
    papers = every_paper_in(language)
    assert len(papers) > 100
    assert overflowing(browser, {name: paper.html for name, paper in papers.items()}) == []


def longest_of_each_plight(letters: list[Letter], plan: Plan) -> Iterator[Paper]:
    """Of the communes in each plight the two that are told most."""
    places = {registry.code: place for place, registry in enumerate(plan.registries)}
    told: dict[int, list[Paper]] = defaultdict(list)
    for letter in letters:
        if isinstance(letter.blocks[0], CommuneReport):
            told[places[letter.blocks[0].registry.code] % len(PLIGHTS)].append(render(letter))
    for papers in told.values():
        yield from sorted(papers, key=lambda paper: len(seen(paper.html, until_table=True)))[-2:]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_communes_words_are_one_screen(full_days: FullDays, province_plan: Plan, browser: Any, language: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": SCREEN})
    tops = {}
    for key in ("2025-03-09", "2025-03-17", "2025-03-20-final"):
        letters = [replace(letter, language=language) for letter in full_days(key)]
        for paper in longest_of_each_plight(letters, province_plan):
            page.set_content(paper.html)
            tops[key, paper.office] = page.evaluate(FIRST_TABLE)
    page.close()
    assert len(tops) > 50
    assert {office: top for office, top in tops.items() if top > SCREEN} == {}


def test_a_golden_day_with_long_numbers(frozen: FrozenTables, golden_day: Close, browser: Any) -> None:
    refused = {"registry_code": "09101", "error_code": "MISSING_REQUIRED"}
    for entry_id in range(88_000_001, 88_000_021):
        frozen.insert("worklist.item", entry_id=entry_id, register="TD", opened_year=2004, book_no="01A/2004-TĐ",
                      entry_no=f"{entry_id}/2004", sends=3, since=golden_day.as_of, version=1,
                      from_key=golden_day.key, **refused)  # fmt: skip
    frozen.insert("closing.worklist_count", close_key=golden_day.key, entries=20, new=20, done=0,
                  oldest_since=golden_day.as_of, **refused)  # fmt: skip
    letters = write_letters(frozen.conn, frozen.plan, frozen.calendar, golden_day)
    assert any(block.kind == "worklist" for letter in letters for block in letter.blocks)
    assert overflowing(browser, {letter.address: render(letter).html for letter in letters}) == []


def test_the_worst_evening(stormy: Letter, pages_alone: None, browser: Any) -> None:
    pages = {language: render(replace(stormy, language=language)).html for language in ("vi", "en")}
    assert overflowing(browser, pages) == []


def test_the_bulletin(frozen: FrozenTables, golden_day: Close, browser: Any) -> None:
    day = read_day(frozen.conn, frozen.plan, frozen.calendar, golden_day)
    files = bulletin_files(bulletin_of(frozen.conn, frozen.plan, golden_day, day), 1, None)
    pages = {name: content.decode() for name, content in files.items() if name.endswith(".html")}
    assert len(pages) == len(LANGUAGES)
    assert overflowing(browser, pages) == []


def test_overflow_is_found(full_days: FullDays, browser: Any) -> None:
    html = render(full_days("2025-03-09")[-1]).html
    wide = html.replace("Kính gửi", "K" * 200)
    assert wide != html
    assert {width for _, width, _ in overflowing(browser, {"wide": wide})} == set(WIDTHS)
    broken = html.replace("Kính gửi", '<div style="width:1px">12,5 %</div>')
    assert any("broken: 12,5 %" in words for _, _, words in overflowing(browser, {"broken": broken}))
