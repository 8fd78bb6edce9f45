"""Difficulties that registries report: their kinds, whose they are, and the words that tell them (difficulties.csv)."""

import re
import unicodedata
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator

from include.campaign.plan.fields import AtLeastOne, Frozen, Stage, Text

INTERNET = "internet"
"""Kind that a report opens which says that the line is down."""
OTHER = "other"
"""Kind of a text that no pattern knows."""

DifficultyOwner = Literal["unit", "district", "department", "line", "partner"]
"""Who has to do something about it: the unit itself, its district, the Department of Justice, who keeps the lines, or
whoever lent people or machines."""

_GAP_WORDS = 3


def fold_words(text: str) -> str:
    """Words as patterns know them: small letters without marks, one blank between, nothing else."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def _split(cell: object) -> object:
    return tuple(part.strip() for part in cell.split("|") if part.strip()) if isinstance(cell, str) else cell


def _patterns(parts: tuple[str, ...]) -> tuple[str, ...]:
    for part in parts:
        if not fold_words(part.replace("*", " ")):
            raise ValueError(f"pattern {part!r} holds no word")
    return parts


Patterns = Annotated[tuple[Text, ...], BeforeValidator(_split), AfterValidator(_patterns)]
Stages = Annotated[tuple[Stage, ...], BeforeValidator(_split)]


class DifficultyKind(Frozen):
    """A kind of difficulty, whose it is, and what it can explain (difficulties.csv).

    Patterns are words in the order in which they stand in a report, with or without marks; `*` stands for up to three
    words between them. While a difficulty of the kind is open it explains flags of `explains`; none: nothing.
    """

    kind: Text
    owner: DifficultyOwner
    due_days: AtLeastOne
    name_vi: Text
    request_vi: Text
    patterns: Patterns = ()
    explains: Stages = ()

    @cached_property
    def _compiled(self) -> tuple[re.Pattern[str], ...]:
        return tuple(_compile(pattern) for pattern in self.patterns)

    def is_told_by(self, folded: str) -> bool:
        """Whether a report's folded text tells it."""
        return any(pattern.search(folded) for pattern in self._compiled)


def _compile(pattern: str) -> re.Pattern[str]:
    gap = rf"(?: [a-z0-9]+){{0,{_GAP_WORDS}}} "
    parts = (re.escape(fold_words(part)).replace(r"\ ", " ") for part in pattern.split("*"))
    return re.compile(r"\b" + gap.join(part for part in parts if part) + r"\b")
