"""Tables as the desk writes them: columns on the screen, or a file for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO


def write_columns(out: TextIO, rows: Sequence[Sequence[str]]) -> None:
    """Rows with a head, each column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        out.write("  ".join(map(str.ljust, row, widths)).rstrip() + "\n")


def write_csv(path: Path, rows: Iterable[Iterable[object]]) -> None:
    """A CSV file in UTF-8 with the mark that spreadsheets know it by; None is an empty cell."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
