"""What sheets, tables and columns the workbook has; read from its template."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

TEMPLATE = Path(__file__).resolve().parents[3] / "templates" / "report" / "vi" / "workbook.yaml"

Kind = Literal["text", "long", "count", "change", "share", "tenths", "date", "moment", "figure"]


class Column(BaseModel):
    """One column.

    Attributes:
        key: of a row's cell; a `figure` has its own name.
        title: at its head; empty: the figure's name.
        figure: a named figure (terms.yaml).
        kind: how its cells look.
        width: in characters.
        blank: a cell without a value is empty; else it says that the value is not known.
        means, unit, source: for the sheet that explains; `source` is a key of `sources`.
        against: measured against the baseline.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str = ""
    title: str = ""
    figure: str = ""
    kind: Kind
    width: int
    blank: bool = False
    means: str
    unit: str = ""
    source: str
    against: bool = False

    @property
    def name(self) -> str:
        """Of a row's cell."""
        return self.key or self.figure


class Table(BaseModel):
    """One table; `frozen` columns stay in sight when the sheet is moved."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    caption: str = ""
    frozen: int = 0
    columns: tuple[Column, ...]


class Sheet(BaseModel):
    """One sheet, with its tables one beneath another."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    tables: tuple[Table, ...]


class Design(BaseModel):
    """The whole workbook."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sources: dict[str, str]
    sheets: tuple[Sheet, ...]


@cache
def design() -> Design:
    """The workbook as its template has it.

    Raises:
        pydantic.ValidationError: the template is wrong.
    """
    return Design.model_validate(yaml.safe_load(TEMPLATE.read_text(encoding="utf-8")))
