"""The bulletin as files: a page per language that needs nothing else, and its figures as CSV. Equal in, equal out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from include.campaign.bulletin.chart import chart_of
from include.campaign.bulletin.content import Bulletin, Told, UnitFigures
from include.campaign.bulletin.suppress import Mark
from include.campaign.render import formats

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "bulletin"
LANGUAGES = ("vi", "en")
ARCHIVE = {"vi": "luu-tru.html", "en": "archive.html"}
INDEX = {"vi": "index.html", "en": "index.en.html"}
FEED = "feed.csv"
_MARK = "\ufeff"  # without it Excel takes UTF-8 for the machine's old code page
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Shelved:
    """An edition as the archive lists it; `why`: of its withdrawal, None while it stands."""

    close_key: str
    day: date
    as_of: datetime
    number: int
    released_at: datetime
    digest: str
    why: str | None

    @property
    def withdrawn(self) -> bool:
        """It has been taken back."""
        return self.why is not None


def page_name(close_key: str, edition: int, language: str) -> str:
    """As "2025-03-05.html", a second edition "2025-03-05-2.html", in English "2025-03-05.en.html"."""
    return _stem(close_key, edition) + (".html" if language == "vi" else f".{language}.html")


def csv_name(close_key: str, edition: int) -> str:
    """As "2025-03-05.csv"."""
    return f"{_stem(close_key, edition)}.csv"


def _stem(close_key: str, edition: int) -> str:
    return close_key if edition == 1 else f"{close_key}-{edition}"


def bulletin_files(bulletin: Bulletin, edition: int, corrects: int | None) -> dict[str, bytes]:
    """All files of an edition by name; `corrects`: the released edition of the same close that it replaces."""
    files = {
        page_name(bulletin.close_key, edition, language): _page(bulletin, edition, corrects, language)
        for language in LANGUAGES
    }
    return {**files, csv_name(bulletin.close_key, edition): _table(bulletin, edition)}


def _page(bulletin: Bulletin, edition: int, corrects: int | None, language: str) -> bytes:
    other = next(one for one in LANGUAGES if one != language)
    return _filled(
        "page.html.j2",
        language,
        b=bulletin,
        chart=chart_of(bulletin),
        edition=edition,
        corrects=corrects,
        names={
            "csv": csv_name(bulletin.close_key, edition),
            "archive": ARCHIVE[language],
            "other": page_name(bulletin.close_key, edition, other),
        },
    )


def archive_page(editions: Sequence[Shelved], publisher: str, language: str) -> bytes:
    """All released bulletins, the newest first."""
    rows = [
        {
            "as_of": one.as_of,
            "number": one.number,
            "withdrawn": one.withdrawn,
            "page": page_name(one.close_key, one.number, language),
            "csv": csv_name(one.close_key, one.number),
        }
        for one in reversed(editions)
    ]
    return _filled("archive.html.j2", language, editions=rows, publisher=publisher)


def withdrawn_page(one: Shelved, publisher: str, language: str) -> bytes:
    """What stands in the place of a bulletin that was taken back."""
    return _filled("withdrawn.html.j2", language, one=one, publisher=publisher, archive=ARCHIVE[language])


def feed(editions: Sequence[Shelved]) -> bytes:
    """The list of released bulletins as CSV, the newest first."""
    told = _words("vi")
    rows = (
        [
            one.day.isoformat(),
            str(one.number),
            one.released_at.isoformat(timespec="seconds"),
            page_name(one.close_key, one.number, "vi"),
            "" if one.withdrawn else csv_name(one.close_key, one.number),
            one.digest,
            told["feed_states"]["withdrawn" if one.withdrawn else "released"],
        ]
        for one in reversed(editions)
    )
    return _csv([told["feed_columns"], *rows])


def _table(bulletin: Bulletin, edition: int) -> bytes:
    """A row per figure: no spreadsheet has to guess which column is what."""
    told = _words("vi")
    stamp = [bulletin.day.isoformat(), bulletin.as_of.isoformat(timespec="minutes"), str(edition)]
    rows = ([*stamp, *row] for row in _rows(bulletin, told))
    return _csv([told["csv_columns"], *rows])


def _rows(bulletin: Bulletin, told: dict[str, Any]) -> Iterator[list[str]]:
    parts, figures = told["csv_parts"], told["csv_figures"]

    def row(part: str, code: str, name: str, figure: str, value: Told, note: str = "") -> list[str]:
        if isinstance(value, Mark):
            return [parts[part], code, name, figures[figure], "", told[value.value].format(least=bulletin.small_cell)]
        return [
            parts[part],
            code,
            name,
            figures[figure],
            *(("", told["no_data"]) if value is None else (str(value), note)),
        ]

    def unit(part: str, of: UnitFigures) -> Iterator[list[str]]:
        quota = [parts[part], of.code, of.name, figures["quota"]]
        yield [*quota, "", told["no_quota"]] if of.quota is None else [*quota, str(of.quota), ""]
        for figure, value, covered in (
            ("entered", of.entered, of.entered_from),
            ("received", of.received, of.received_from),
        ):
            partial = 0 < covered < of.expected
            note = told["covers"].format(covered=covered, expected=of.expected) if partial else ""
            yield row(part, of.code, of.name, figure, value, note)

    yield row("province", bulletin.total.code, bulletin.total.name, "registries", bulletin.expected)
    yield row("province", bulletin.total.code, bulletin.total.name, "registries_read", bulletin.read)
    yield from unit("province", bulletin.total)
    for area in bulletin.areas:
        yield from unit("area", area)
    for _, commune in bulletin.communes:
        yield from unit("commune", commune)
    for band in bulletin.bands:
        yield row("band", band.name, told["band_names"][band.name], "by_entered", band.by_entered)
        yield row("band", band.name, told["band_names"][band.name], "by_received", band.by_received)


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(_MARK, newline="")
    out.seek(0, io.SEEK_END)
    # What begins like a formula is text, whatever a unit is called.
    csv.writer(out, lineterminator="\r\n").writerows(
        [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row] for row in rows
    )
    return out.getvalue().encode()


def _filled(template: str, language: str, **values: Any) -> bytes:
    environment = _environment(language)
    return environment.get_template(template).render(values | {"words": _words(language)}).encode()


@cache
def _words(language: str) -> dict[str, Any]:
    return yaml.safe_load((TEMPLATES / language / "words.yaml").read_text(encoding="utf-8"))


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"filled": lambda text, **values: text.format(**values)}
    environment.filters |= formats.filters(language) | formats.functions(language)
    environment.tests["number_shown"] = lambda told: isinstance(told, int)
    return environment
