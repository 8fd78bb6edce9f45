"""A copy of a plan whose targets fit a smaller world: against the whole quota a tenth of the cases is always late."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

from include.campaign.plan.split import largest_remainder

SCALED = {"quotas.csv": ("cases", "books"), "commitments.csv": ("promised_cases",)}
"""Files with targets, and their columns."""


def write_scaled_plan(source: Path, target: Path, scale: float) -> None:
    """Copy a plan folder with every target multiplied by `scale`; with scale 1 it is copied as it is.

    Targets of one baseline and level are scaled together by largest remainder, so that units still sum to what is
    above them as closely as whole numbers can.

    Args:
        source: a plan that loads.
        target: folder to write; files of an earlier copy are replaced.
        scale: above 0.
    """
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.iterdir()):
        if not path.is_file():
            continue
        columns = SCALED.get(path.name)
        if columns is None or scale == 1:
            shutil.copyfile(path, target / path.name)
        else:
            scaled = _scaled(path.read_text(encoding="utf-8-sig"), columns, scale)
            (target / path.name).write_text(scaled, encoding="utf-8")


def _scaled(text: str, columns: tuple[str, ...], scale: float) -> str:
    reader = csv.DictReader(io.StringIO(text))
    rows = list(reader)
    for column in columns:
        groups: dict[tuple[str, ...], dict[str, int]] = {}
        for place, row in enumerate(rows):
            if row[column]:
                group = (row.get("baseline", ""), row.get("scope", ""))
                groups.setdefault(group, {})[f"{place:06d}"] = int(row[column])
        for weights in groups.values():
            for place_text, share in largest_remainder(round(sum(weights.values()) * scale), weights).items():
                rows[int(place_text)][column] = str(share)
    written = io.StringIO()
    writer = csv.DictWriter(written, reader.fieldnames or [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()
