"""Letters keep to the term list: words that no paper uses, and words that heads of units are spared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from include.campaign.days import Close
from include.campaign.plan import Plan
from include.campaign.render import render
from include.campaign.render.templates import TEMPLATES
from include.campaign.report import Letter, write_letters
from tests.campaign.conftest import FrozenTables
from tests.campaign.papers.conftest import FullDays
from tests.campaign.papers.every_paper import DAYS
from tests.campaign.papers.reading import seen

pytestmark = pytest.mark.usefixtures("pages_alone")

LIST: dict[str, Any] = yaml.safe_load((TEMPLATES / "vi" / "term_list.yaml").read_text(encoding="utf-8"))
HEADS = LIST["heads"]
_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"\S+@\S+")
# Onset, vowels and ending that a syllable of Vietnamese can have, its marks taken off.
_SYLLABLE = re.compile(
    r"(?:b|c|ch|d|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|q|qu|r|s|t|th|tr|v|x)?[aeiouy]{1,3}(?:c|ch|m|n|ng|nh|p|t)?"
)


def said_of(letter: Letter) -> Iterator[str]:
    """Subject, page and text."""
    paper = render(letter)
    yield from (paper.subject, seen(paper.html), paper.plain)


def found(patterns: list[dict[str, str]], text: str) -> list[tuple[str, str]]:
    """Words that stand in a text and should not, with what to say instead."""
    return [
        (match.group(), rule["say"])
        for rule in patterns
        for match in re.finditer(rule["words"], text, re.IGNORECASE if rule["words"].islower() else 0)
    ]


def for_heads(letter: Letter) -> bool:
    return all(block.kind in HEADS["kinds"] for block in letter.blocks)


def without_origin(text: str) -> str:
    """A letter without its last lines, which say for those who look after the system what it was made of."""
    return re.split(r"So với: ", text)[0]


def plain_syllable(word: str) -> bool:
    letters = "".join(
        letter for letter in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(letter)
    )
    return _SYLLABLE.fullmatch(letters.replace("đ", "d")) is not None


def foreign(text: str, names: frozenset[str]) -> set[str]:
    """Words of a text that are no Vietnamese syllables, nor of a unit's name, nor well known."""
    words = _WORD.findall(_ADDRESS.sub(" ", text))
    known = {*HEADS["foreign"], *names}
    return {word for word in words if word.casefold() not in known and not plain_syllable(word)}


@pytest.fixture(scope="session")
def unit_names(province_plan: Plan) -> frozenset[str]:
    """Words of units' names: not all are Vietnamese."""
    return frozenset(word.casefold() for unit in province_plan.units.values() for word in _WORD.findall(unit.name))


@pytest.mark.parametrize("key", DAYS)
class TestWholeProvince:
    """Every letter of hand-made days, each commune in another plight."""

    def test_what_no_paper_says(self, full_days: FullDays, key: str) -> None:
        for letter in full_days(key):
            for said in said_of(letter):
                assert found(LIST["never"], said) == [], letter.office

    def test_what_heads_are_spared(self, full_days: FullDays, key: str) -> None:
        letters = [letter for letter in full_days(key) if for_heads(letter)]
        assert len(letters) > 120
        for letter in letters:
            for said in said_of(letter):
                assert found(HEADS["never"], without_origin(said)) == [], letter.office

    def test_heads_read_vietnamese(self, full_days: FullDays, unit_names: frozenset[str], key: str) -> None:
        for letter in full_days(key):
            if for_heads(letter):
                for said in said_of(letter):
                    told = re.sub(HEADS["codes"], " ", without_origin(said))
                    assert foreign(told, unit_names) == set(), letter.office

    def test_a_code_stands_beside_its_name(self, full_days: FullDays, province_plan: Plan, key: str) -> None:
        for letter in full_days(key):
            if for_heads(letter):
                for line in render(letter).plain.splitlines():
                    for code in re.findall(HEADS["codes"], line):
                        known = province_plan.error_codes.get(code)
                        name = known.name_vi if known else "lỗi chưa có tên"
                        assert name.casefold() in line.casefold(), line

    def test_what_has_to_be_said(self, full_days: FullDays, key: str) -> None:
        for letter in full_days(key):
            words = LIST["required"].get(letter.blocks[0].kind, ())
            paper = render(letter)
            for said in (f"{paper.subject} {seen(paper.html)}", f"{paper.subject} {paper.plain}"):
                assert [word for word in words if word.casefold() not in said.casefold()] == [], letter.office


def test_the_golden_day(frozen: FrozenTables, golden_day: Close) -> None:
    for letter in write_letters(frozen.conn, frozen.plan, frozen.calendar, golden_day):
        for said in said_of(letter):
            assert found(LIST["never"], said) == []
            if for_heads(letter):
                assert found(HEADS["never"], without_origin(said)) == []


@pytest.mark.parametrize(
    ("said", "caught"),
    [
        ("sổ hộ khẩu", True),
        ("số liệu None", True),
        ("sổ hộ tịch", False),
    ],
)
def test_the_list_catches(said: str, caught: bool) -> None:
    assert bool(found(LIST["never"], said)) == caught


@pytest.mark.parametrize(
    "said", ["theo P50", "SPI 0,8", "lớp E10", "nhóm R2", "Brier 0,1", "baseline", "quota 3", "đang làm 0/ngày"]
)
def test_the_heads_list_catches(said: str) -> None:
    assert found(HEADS["never"], said)


@pytest.mark.parametrize(
    ("said", "strange"), [("forecast", True), ("nghiêng", False), ("Đakrông", True), ("xã", False)]
)
def test_foreign_words_are_told_from_syllables(said: str, strange: bool) -> None:
    assert bool(foreign(said, frozenset())) == strange
