"""Every kind of mail in a browser: nothing is wider than a phone, and a commune's first screen is one screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from include.campaign.days import Close
from include.campaign.plan import Plan
from include.campaign.render import Paper, render
from include.campaign.report import CommuneReport, Letter, write_letters
from tests.campaign.conftest import FrozenTables
from tests.campaign.papers.conftest import FullDays
from tests.campaign.papers.full_day import PLIGHTS

SCREEN = 740
"""Height of a phone's screen that is 360 wide, in CSS pixels."""
DAYS = ("2025-03-02", "2025-03-09", "2025-03-15", "2025-03-17", "2025-03-20-final", "2025-03-22")
TOO_WIDE = """
[...document.querySelectorAll('td, th, div, p, li, h1, h2, h3')]
    .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.innerText.slice(0, 80))
"""
FIRST_TABLE = "document.querySelector('table:not([role])').getBoundingClientRect().top"


def overflowing(browser: Any, papers: Iterable[Paper], width: int) -> list[tuple[str, Any]]:
    """Subjects of mails that are wider than a screen, and what of them is."""
    page = browser.new_page(viewport={"width": width, "height": SCREEN})
    found: list[tuple[str, Any]] = []
    for paper in papers:
        page.set_content(paper.html)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append((paper.subject, "page"))
        if wide := page.evaluate(TOO_WIDE):
            found.append((paper.subject, wide))
    page.close()
    return found


def one_of_each(letters: Iterable[Letter], plan: Plan) -> Iterator[Letter]:
    """A letter of each combination of blocks, and of communes one of each plight."""
    places = {registry.code: place for place, registry in enumerate(plan.registries)}
    met = set()
    for letter in letters:
        first = letter.blocks[0]
        plight = PLIGHTS[places[first.registry.code] % len(PLIGHTS)] if isinstance(first, CommuneReport) else ""
        kind = (plight, *(block.kind for block in letter.blocks))
        if kind not in met:
            met.add(kind)
            yield letter


@pytest.mark.parametrize("width", [360, 680])
@pytest.mark.parametrize("key", DAYS)
def test_no_mail_is_wider_than_the_screen(
    full_days: FullDays, province_plan: Plan, browser: Any, key: str, width: int
) -> None:
    letters = list(one_of_each(full_days(key), province_plan))
    assert {block.kind for letter in letters for block in letter.blocks} >= {"province", "district", "commune"}
    assert overflowing(browser, map(render, letters), width) == []


@pytest.mark.parametrize("key", DAYS)
def test_a_communes_words_are_one_screen(full_days: FullDays, browser: Any, key: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": SCREEN})
    tops = {}
    for letter in full_days(key):
        if isinstance(letter.blocks[0], CommuneReport):
            page.set_content(render(letter).html)
            tops[letter.office] = page.evaluate(FIRST_TABLE)
    page.close()
    assert tops
    assert {office: top for office, top in tops.items() if top > SCREEN} == {}


@pytest.mark.parametrize("width", [360, 680])
def test_a_golden_day_with_long_numbers(frozen: FrozenTables, golden_day: Close, browser: Any, width: int) -> None:
    refused = {"registry_code": "09101", "error_code": "MISSING_REQUIRED"}
    for entry_id in range(88_000_001, 88_000_021):
        frozen.insert("worklist.item", entry_id=entry_id, register="TD", opened_year=2004, book_no="01A/2004-TĐ",
                      entry_no=f"{entry_id}/2004", sends=3, since=golden_day.as_of, version=1,
                      from_key=golden_day.key, **refused)  # fmt: skip
    frozen.insert("closing.worklist_count", close_key=golden_day.key, entries=20, new=20, done=0,
                  oldest_since=golden_day.as_of, **refused)  # fmt: skip
    letters = write_letters(frozen.conn, frozen.plan, frozen.calendar, golden_day)
    assert any(block.kind == "worklist" for letter in letters for block in letter.blocks)
    assert overflowing(browser, map(render, letters), width) == []


def test_overflow_is_found(full_days: FullDays, browser: Any) -> None:
    paper = render(full_days("2025-03-09")[-1])
    wide = paper.html.replace("Kính gửi", "K" * 200)
    assert wide != paper.html
    assert overflowing(browser, [replace(paper, html=wide)], 360) != []
