"""Letters in the reader's language: English for who wishes it, whole or not at all; numbers and dates follow."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import meta

from include.campaign.days import Close
from include.campaign.plan import Plan
from include.campaign.render import render
from include.campaign.render.formats import WRITINGS
from include.campaign.render.templates import TEMPLATES, environment, terms
from include.campaign.report import CommuneReport, DistrictReport, Letter, WithdrawalBlock, Withdrawn, write_letters
from include.campaign.report.escalations import RecoveredLine, RecoveryBlock
from tests.campaign.conftest import FrozenTables
from tests.campaign.papers import every_paper
from tests.campaign.papers.conftest import EveryPaper, FullDays
from tests.campaign.papers.every_paper import DAYS
from tests.campaign.papers.reading import seen, words
from tests.campaign.papers.test_commune_mail import MOST_WORDS, WARD

EN, VI = WRITINGS["en"], WRITINGS["vi"]
LOCAL = timezone(timedelta(hours=7))
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip
BLANK = re.compile(
    r"\bNone\b(?!\.)|\bnan\b|\binf\b|[uU]ndefined|\{\{|\}\}|\{%|<(?:function|[Mm]acro|[Mm]odule|Template)"
)
# With a letter that English has not.
WORD = r"[a-zà-ỹđ]*[à-öø-ỹđ][a-zà-ỹđ]*"
# Of the page in Airflow and of preflight's mail, which the data team reads in Vietnamese, and the list of its words.
VIETNAMESE_ALONE = {"term_list.yaml", "preflight.yaml"}
OFFICIAL_TERMS = {"captions", "restatement_whys"}
# Words of Vietnamese templates.
OURS = (
    "Kính gửi",
    "chưa có số liệu",
    "lần chốt trước",
    "xem bảng tính kèm theo",
    "Thư tự động",
    "Đã nhập so với chỉ tiêu",
)


def in_english(letters: list[Letter]) -> Iterator[Letter]:
    for letter in letters:
        yield replace(letter, language="en")


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
def test_few_words_stand_before_the_table(full_days: FullDays, key: str) -> None:
    for letter in in_english(full_days(key)):
        if isinstance(letter.blocks[0], CommuneReport):
            assert words(seen(render(letter).html, until_table=True)) <= MOST_WORDS, letter.office


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


class TestEveryPaper:
    """One of each kind, in both languages."""

    def test_there_is_one_for_one(self, every_paper_in: EveryPaper) -> None:
        assert list(every_paper_in("en")) == list(every_paper_in("vi"))
        for name, paper in every_paper_in("en").items():
            assert '<html lang="en">' in paper.html, name

    def test_only_what_is_named_is_vietnamese(
        self, every_paper_in: EveryPaper, full_days: FullDays, province_plan: Plan
    ) -> None:
        known = names_of(full_days, province_plan)
        for name, paper in every_paper_in("en").items():
            lines = [paper.subject, *paper.plain.splitlines(), *lxml.html.fromstring(paper.html).itertext()]
            assert {run for line in lines for run in vietnamese(line) if run not in known} == set(), name

    @pytest.mark.parametrize("ours", OURS)
    def test_a_word_of_ours_would_be_found(self, full_days: FullDays, province_plan: Plan, ours: str) -> None:
        assert [run for run in vietnamese(ours) if run not in names_of(full_days, province_plan)]

    def test_figures_are_those_of_the_vietnamese_paper(self, every_paper_in: EveryPaper) -> None:
        english = every_paper_in("en")
        for name, paper in every_paper_in("vi").items():
            for form in ("subject", "plain"):
                theirs = figures(getattr(english[name], form))
                assert theirs == figures(getattr(paper, form)), (name, form)
            assert figures(seen(english[name].html)) == figures(seen(paper.html)), name

    @pytest.mark.parametrize("language", ["vi", "en"])
    def test_nothing_is_left_blank_or_undefined(self, every_paper_in: EveryPaper, language: str) -> None:
        for name, paper in every_paper_in(language).items():
            said = f"{paper.subject} {paper.plain} {seen(paper.html)}"
            assert BLANK.findall(said) == [], name

    def test_files_stay_vietnamese(self, full_days: FullDays) -> None:
        """What officials pass on has its charts in Vietnamese, too: file by file the same as with a Vietnamese mail."""
        letter = next(letter for letter in full_days("2025-03-09") if letter.blocks[0].kind == "district")
        letter = replace(letter, blocks=(*letter.blocks, full_days("2025-03-09")[0].blocks[0]))
        english, vietnamese_one = (render(replace(letter, language=language)) for language in ("en", "vi"))
        assert english.files and english.files == vietnamese_one.files
        assert [one.cid for one in english.pictures] == [one.cid for one in vietnamese_one.pictures]
        assert not [one.cid for one, other in zip(english.pictures, vietnamese_one.pictures, strict=True)
                    if one.content == other.content or one.alt == other.alt]  # fmt: skip


def figures(said: str) -> Counter[str]:
    """Numbers of a text by their digits, dates as day and month, and how often each stands there."""
    said = re.sub(r"(\d{1,2}) (" + "|".join(MONTHS) + r")\b(?: (\d{4}))?", _dated, said, flags=re.IGNORECASE)
    said = re.sub(r"\b(\d\d)/(\d\d)(?:/(\d{4}))?\b", r"\1 \2 \3", said)
    return Counter(str(int(re.sub(r"[.,]", "", found))) for found in re.findall(r"\d+(?:[.,]\d+)*", said))


def _dated(found: re.Match[str]) -> str:
    return f"{found[1]} {MONTHS.index(found[2].capitalize()) + 1} {found[3] or ''}"


def vietnamese(said: str) -> set[str]:
    """Words with Vietnamese letters, those that follow one another together."""
    return set(re.findall(rf"{WORD}(?: {WORD})*", " ".join(said.split()).casefold()))


def names_of(full_days: FullDays, plan: Plan) -> str:
    """All that letters are made of: names, the plan's own words, what registries wrote."""
    said = [text for key in DAYS for letter in full_days(key) for text in texts(letter)]
    files = [path.read_text(encoding="utf-8") for path in (*plan.folder.rglob("*.csv"), *plan.folder.rglob("*.yaml"))]
    made_up = [Path(every_paper.__file__).read_text(encoding="utf-8")]
    return " ".join(" ".join([*said, *files, *made_up]).casefold().split())


def texts(value: Any) -> Iterator[str]:
    """Every text in a letter."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for one in fields(value):
            yield from texts(getattr(value, one.name))
        for name in ("full_name", "name", "short_name"):
            yield from texts(getattr(value, name, None))
    elif isinstance(value, Mapping):
        yield from (text for one in value.values() for text in texts(one))
    elif isinstance(value, tuple | list):
        yield from (text for one in value for text in texts(one))


def templates_of(language: str) -> set[str]:
    """Templates and lists of words of a language, without those of official papers, which are Vietnamese alone."""
    folder = TEMPLATES / language
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return {name for name in found if not name.startswith("official/")} - VIETNAMESE_ALONE


def test_every_template_has_its_english_twin() -> None:
    assert templates_of("en") == templates_of("vi")


def test_every_term_has_its_english_twin() -> None:
    vietnamese_terms, english_terms = terms("vi"), terms("en")
    assert english_terms.keys() == vietnamese_terms.keys() - OFFICIAL_TERMS
    for section, named in english_terms.items():
        assert named.keys() == vietnamese_terms[section].keys(), section


def test_every_word_that_a_layout_asks_for_is_said_in_both_languages() -> None:
    """The words of a block or letter are macros and texts by name: both languages have the same."""
    for name in sorted(name for name in templates_of("vi") if re.search(r"words\.j2$|common\.j2$", name)):
        said = {
            language: set(
                re.findall(r"{% (?:macro|set) (\w+)", (TEMPLATES / language / name).read_text(encoding="utf-8"))
            )
            for language in ("vi", "en")
        }
        asked = asked_of(name)
        assert asked, name
        for language in ("vi", "en"):
            assert asked <= said[language], (name, language)


def asked_of(words: str) -> set[str]:
    """What layouts ask a template of words for."""
    stem = words.removesuffix(".j2")
    found: set[str] = set()
    for path in TEMPLATES.rglob("*.j2"):
        source = path.read_text(encoding="utf-8")
        for alias in re.findall(rf'import "{stem}(?:\.html|\.txt)?\.j2" as (\w+)', source):
            found |= set(re.findall(rf"(?<![\w/]){alias}\.(?!html|txt|j2)(\w+)", source))
        for listed in re.findall(rf'from "{stem}(?:\.html|\.txt)?\.j2" import ([\w, ]+?) with', source):
            found |= set(listed.split(", "))
    return found


@pytest.mark.parametrize("language", sorted(WRITINGS))
def test_every_template_finds_what_it_asks_for(language: str) -> None:
    """A block whose own template is there must not end in one that is not."""
    templates = environment(language)
    loader = templates.loader
    assert loader is not None
    shared = {path for path in TEMPLATES.rglob("*.j2") if path.relative_to(TEMPLATES).parts[0] not in WRITINGS}
    names = {str(path.relative_to(TEMPLATES)) for path in shared}
    names |= {str(path.relative_to(TEMPLATES / language)) for path in (TEMPLATES / language).rglob("*.j2")}
    for name in sorted(names):
        source, _, _ = loader.get_source(templates, name)
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
