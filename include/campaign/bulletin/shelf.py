"""The public folder: what was released, as a web server hands it out. All of it can be written anew at any time."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping

from include.campaign.bulletin.editions import editions, files_of
from include.campaign.bulletin.page import (
    ARCHIVE,
    FEED,
    INDEX,
    LANGUAGES,
    Shelved,
    archive_page,
    csv_name,
    feed,
    page_name,
    withdrawn_page,
)

PUBLIC = 0o644
"""A web server runs as another user."""


def fill(conn: Connection, folder: Path, publisher: str, zone: ZoneInfo) -> list[str]:
    """Write all released bulletins into the public folder; returns the names of files that changed.

    `index.html` is the newest bulletin that stands, older ones lie beside it, and `feed.csv` lists all. Each file is
    there whole or not at all. A withdrawn bulletin's page says so and its figures are gone; files of others are
    left alone.

    Args:
        conn: campaign database.
        folder: made where it is missing.
        publisher: whose bulletins they are.
        zone: the campaign's.
    """
    released = [row for row in editions(conn) if row["released_at"]]
    wanted: dict[str, bytes] = {}
    shelved = []
    for row in released:
        files = files_of(conn, row["edition_id"])
        one = _shelved(row, files, zone)
        shelved.append(one)
        wanted |= _taken_back(one, publisher) if one.withdrawn else files
    standing = [one for one in shelved if not one.withdrawn]
    for language in LANGUAGES:
        wanted[ARCHIVE[language]] = archive_page(shelved, publisher, language)
        newest = wanted[page_name(standing[-1].close_key, standing[-1].number, language)] if standing else None
        wanted[INDEX[language]] = newest or wanted[ARCHIVE[language]]
    wanted[FEED] = feed(shelved)
    folder.mkdir(parents=True, exist_ok=True)
    gone = [csv_name(one.close_key, one.number) for one in shelved if one.withdrawn]
    return sorted([*_removed(folder, gone), *_written(folder, wanted)])


def _shelved(row: RowMapping, files: dict[str, bytes], zone: ZoneInfo) -> Shelved:
    page = files[page_name(row["close_key"], row["edition_no"], "vi")]
    return Shelved(
        close_key=row["close_key"],
        day=row["day"],
        as_of=row["as_of"].astimezone(zone),
        number=row["edition_no"],
        released_at=row["released_at"].astimezone(zone),
        digest=hashlib.sha256(page).hexdigest(),
        why=row["withdrawn_why"],
    )


def _taken_back(one: Shelved, publisher: str) -> dict[str, bytes]:
    names = {language: page_name(one.close_key, one.number, language) for language in LANGUAGES}
    return {name: withdrawn_page(one, publisher, language) for language, name in names.items()}


def _removed(folder: Path, names: Sequence[str]) -> list[str]:
    there = [name for name in names if (folder / name).exists()]
    for name in there:
        (folder / name).unlink()
    return there


def _written(folder: Path, wanted: dict[str, bytes]) -> list[str]:
    changed = [name for name, content in wanted.items() if _content(folder / name) != content]
    for name in changed:
        handle, draft = tempfile.mkstemp(dir=folder, prefix=".")
        with os.fdopen(handle, "wb") as file:
            file.write(wanted[name])
            os.fchmod(file.fileno(), PUBLIC)
        Path(draft).replace(folder / name)
    return changed


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
