"""An official paper as PDF: typeset from the paper's data, with fonts of ours in it and nothing of the machine's."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from include.campaign.render.characters import printable
from include.campaign.render.official import layout
from include.campaign.render.official.content import Figure, OfficialPaper, Part, SideBySide

_TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
_TEMPLATE = _TEMPLATES / "report" / "official.typ"
MEDIA_TYPE = "application/pdf"


def pdf_of(paper: OfficialPaper) -> bytes:
    """The paper as PDF; equal papers give equal bytes.

    Raises:
        typst.TypstError: a picture is none, or the template cannot be used.
    """
    with TemporaryDirectory(prefix="official-") as name:
        folder = Path(name)  # the template sees nothing outside of it
        content = json.dumps(_content(paper, folder), ensure_ascii=False)
        return typst.compile(
            Path(shutil.copy(_TEMPLATE, folder)),
            root=folder,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"paper": content, "form": _form()},
            format="pdf",
            timestamp=int(datetime.combine(paper.dated, time(), UTC).timestamp()),
        )


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_TEMPLATES / "fonts")])


@cache
def _form() -> str:
    """The layout, by the names that the template has for it."""
    return json.dumps({name.lower(): value for name, value in vars(layout).items() if name.isupper()})


def _content(paper: OfficialPaper, pictures: Path) -> dict[str, Any]:
    addressed, addressees = layout.addressees(paper)
    names = (f"{number}.png" for number in range(1_000))
    return _clean(
        {
            "parent_body": paper.parent_body,
            "issuing_body": paper.issuing_body,
            "number_line": layout.number_line(paper),
            "place_and_date": layout.place_and_date(paper),
            "kind": paper.kind,
            "subject": paper.subject,
            "addressed": addressed,
            "addressees": addressees,
            "parts": [_part(part, pictures, names) for part in paper.parts],
            "recipients": layout.listed(paper.recipients),
            "signed_by": paper.signed_by,
            "mark": paper.mark,
            "source": paper.source,
            "goes_with": layout.goes_with(paper),
            "appendices": [
                {"title": one.title, "parts": [_part(part, pictures, names) for part in one.parts]}
                for one in paper.appendices
            ],
        }
    )


def _part(part: Part, pictures: Path, names: Iterator[str]) -> dict[str, Any]:
    if isinstance(part, Figure):
        return {"part": "Figures", "figures": [_figure(part, layout.TEXT_WIDTH, pictures, names)]}
    if isinstance(part, SideBySide):
        room = layout.TEXT_WIDTH / len(part.figures) - layout.GUTTER
        return {"part": "Figures", "figures": [_figure(one, room, pictures, names) for one in part.figures]}
    return {"part": type(part).__name__, **asdict(part)}


def _figure(figure: Figure, room: float, pictures: Path, names: Iterator[str]) -> dict[str, Any]:
    name = next(names)
    (pictures / name).write_bytes(figure.picture.content)
    width = layout.picture_width(figure.picture, room)
    return {"file": name, "alt": figure.picture.alt, "caption": figure.caption, "width": width}


def _clean(value: Any) -> Any:
    """The same with text that can be printed."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _clean(one) for key, one in value.items()}
    return [_clean(one) for one in value] if isinstance(value, list | tuple) else value
