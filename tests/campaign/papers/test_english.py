"""Letters in the reader's language: English for who wishes it, whole or not at all; numbers and dates follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import meta

from include.campaign.days import Close
from include.campaign.plan import Plan
from include.campaign.render import render
from include.campaign.render.formats import WRITINGS
from include.campaign.render.paper import TEMPLATES, environment, language_of
from include.campaign.report import CommuneReport, DistrictReport, Letter, WithdrawalBlock, Withdrawn, write_letters
from include.campaign.report.escalations import RecoveredLine, RecoveryBlock
from tests.campaign.conftest import FrozenTables
from tests.campaign.papers.conftest import FullDays
from tests.campaign.papers.reading import seen, words
from tests.campaign.papers.test_browser import DAYS, one_of_each, overflowing
from tests.campaign.papers.test_commune_mail import MOST_WORDS, WARD

EN, VI = WRITINGS["en"], WRITINGS["vi"]
LOCAL = timezone(timedelta(hours=7))
# Words of the frame, of figures and of what there is not; units, offices and the plan's own words stay as they are.
VIETNAMESE = re.compile(
    r"Kính gửi|chưa có|trường hợp|đã nhập|Bộ Tư pháp|chỉ tiêu|khâu|ngày \d|tốc độ|Thư tự động", re.I
)


def in_english(letters: list[Letter]) -> Iterator[Letter]:
    """Letters that can be in English, in English."""
    for letter in letters:
        wished = replace(letter, language="en")
        if language_of("en", wished.blocks) == "en":
            yield wished


def test_the_plan_says_who_reads_english(frozen: FrozenTables, golden_day: Close) -> None:
    contacts = tuple(
        one.model_copy(update={"language": "en"}) if one.email == WARD else one for one in frozen.plan.contacts
    )
    letters = write_letters(frozen.conn, replace(frozen.plan, contacts=contacts), frozen.calendar, golden_day)
    [letter] = [letter for letter in letters if letter.language == "en"]
    paper = render(letter)
    assert paper.subject == "Civil-status digitisation, 5 March 2025: Phường 1, thành phố Sông Mơ"
    assert (
        "Quota: 846 cases. Entered: 400 (47.2%), today +40; received by the Ministry of Justice: 300 (35.4%)."
        in seen(paper.html)
    )
    assert '<html lang="en">' in paper.html


@pytest.mark.parametrize("key", DAYS)
def test_an_english_letter_has_no_vietnamese_words_of_ours(full_days: FullDays, province_plan: Plan, key: str) -> None:
    kinds = set()
    for letter in in_english(list(one_of_each(full_days(key), province_plan))):
        paper = render(letter)
        kinds |= {block.kind for block in letter.blocks}
        for said in (paper.subject, seen(paper.html), paper.plain):
            ours = re.split("Measured against: ", said)[0]
            # What the plan calls a kind of difficulty or an error is the plan's.
            assert VIETNAMESE.findall(re.sub(r"[Tt]hiếu thông tin bắt buộc|Bổ sung[^.]*", "", ours)) == [], (
                letter.office
            )
    assert kinds >= {"commune", "district"}


@pytest.mark.parametrize("key", DAYS)
def test_few_words_stand_before_the_table(full_days: FullDays, key: str) -> None:
    for letter in in_english(full_days(key)):
        if isinstance(letter.blocks[0], CommuneReport):
            assert words(seen(render(letter).html, until_table=True)) <= MOST_WORDS, letter.office


@pytest.mark.parametrize("width", [360, 680])
def test_no_english_mail_is_wider_than_the_screen(
    full_days: FullDays, province_plan: Plan, browser: object, width: int
) -> None:
    letters = in_english(list(one_of_each(full_days("2025-03-09"), province_plan)))
    assert overflowing(browser, map(render, letters), width) == []


def test_page_and_text_say_the_same(full_days: FullDays) -> None:
    def figures(said: str) -> set[str]:
        return set(re.findall(r"\d+(?:[.,]\d+)*", said))

    for letter in in_english(full_days("2025-03-09")):
        if isinstance(letter.blocks[0], CommuneReport | DistrictReport):
            paper = render(letter)
            assert figures(seen(paper.html)) == figures(paper.plain), letter.office


def test_what_is_over_and_what_is_taken_back(full_days: FullDays) -> None:
    letter = full_days("2025-03-09")[-1]
    flag = Withdrawn(date(2025, 3, 4), "Xã A", "entered", 1215, 68, 10, 70, "late data")
    blocks = (WithdrawalBlock((flag,)), RecoveryBlock((RecoveredLine("Xã B", date(2025, 3, 5), 2),)))
    paper = render(replace(letter, language="en", blocks=blocks))
    assert paper.subject == "Reminder of 4 March 2025 withdrawn: Xã A; warning over"
    for said in (seen(paper.html), paper.plain):
        assert "10 of 1,215 (enter), 68 were due. Figures that came late show that it had 70 by then" in said
        assert "Xã B is flagged no more (it was at 2 closes in a row, since 5 March 2025)." in said


def test_a_letter_is_never_in_two_languages(full_days: FullDays) -> None:
    """The Department's blocks have no English yet: its whole letter is Vietnamese."""
    letter = full_days("2025-03-09")[0]
    assert letter.blocks[0].kind == "province"
    assert render(replace(letter, language="en")) == render(letter)
    both = replace(full_days("2025-03-09")[-1], language="en")
    mixed = replace(both, blocks=(*both.blocks, letter.blocks[0]))
    assert language_of("en", mixed.blocks) == "vi"


@pytest.mark.parametrize("language", sorted(path.name for path in TEMPLATES.iterdir() if path.is_dir()))
def test_every_template_finds_what_it_asks_for(language: str) -> None:
    """A block whose own template is there must not end in one that is not."""
    templates = environment(language)
    loader = templates.loader
    assert loader is not None
    for path in sorted((TEMPLATES / language).rglob("*.j2")):
        source, _, _ = loader.get_source(templates, str(path.relative_to(TEMPLATES / language)))
        for asked in meta.find_referenced_templates(templates.parse(source)):
            if asked is not None:
                loader.get_source(templates, asked)


class TestNumbers:
    """The same figure in both languages."""

    def test_both_languages(self) -> None:
        assert (VI.number(13279), EN.number(13279)) == ("13.279", "13,279")
        assert (VI.percent(125, 1000), EN.percent(125, 1000)) == ("12,5 %", "12.5%")
        assert (VI.day(date(2025, 3, 5)), EN.day(date(2025, 3, 5))) == ("05/03/2025", "5 March 2025")
        assert (VI.tenths(1234.5), EN.tenths(1234.5)) == ("1.234,5", "1,234.5")
        assert (VI.chance(0.001), EN.chance(0.001)) == ("dưới 1 %", "below 1%")
        assert (VI.number(None), EN.number(None)) == ("chưa có số liệu", "no data")
        midnight = datetime(2025, 3, 21, tzinfo=LOCAL)
        assert (VI.moment(midnight), EN.moment(midnight)) == ("24:00 ngày 20/03/2025", "24:00 on 20 March 2025")

    @given(st.integers(-(10**9), 10**9))
    def test_a_number_is_the_same_one(self, value: int) -> None:
        assert int(VI.number(value).replace(".", "")) == int(EN.number(value).replace(",", "")) == value

    @given(st.integers(0, 10**6), st.integers(1, 10**6))
    def test_a_share_is_the_same_one(self, done: int, quota: int) -> None:
        vietnamese = VI.percent(done, quota).replace(".", "").replace(",", ".").replace(" ", "").replace("dưới", "")
        assert vietnamese == EN.percent(done, quota).replace(",", "").replace("below ", "")
