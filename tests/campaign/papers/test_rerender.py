"""Papers of a past close made again are what was posted on its evening, whatever people and registries did since."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from difflib import ndiff

import pypdf
import pytest
from sqlalchemy import Connection, text

from include.campaign.days import Calendar, Close
from include.campaign.editions import publish_close
from include.campaign.editions.folder import letters_of
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.render import Paper, render
from include.campaign.warehouse import engine
from include.rehearsal.world import World
from tests.campaign.desk_people import people_act
from tests.campaign.played import play
from tests.pages import only_pages
from tests.sources import superuser
from tests.worlds import serve_worlds

EVENINGS = 9
WITH_FILES = (2, 5, 8)
"""Evenings, from 0, whose files and pictures are made, too; of the others the pages and texts alone."""


@dataclass(frozen=True)
class Evenings:
    """A campaign database after some evenings, each with its papers posted and delivered."""

    campaign: Endpoint
    plan: Plan
    calendar: Calendar
    closes: tuple[Close, ...]


@pytest.fixture(scope="module")
def evenings(
    pg_server: Endpoint, campaign_template: str, small_plan: Plan, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Evenings]:
    """The first days of a small province with its weather; between evenings people decide and mails are refused."""
    campaign = replace(pg_server, database=f"campaign_rerender_{os.getpid()}")
    with superuser(pg_server) as conn:
        conn.execute(f"create database {campaign.database} template {campaign_template}")
    calendar = Calendar(small_plan.rules)
    closes = tuple(calendar.closes()[:EVENINGS])
    with serve_worlds() as server:
        world = World.create(small_plan, server, tmp_path_factory.mktemp("rerender") / "world", seed=7, scale=1)
        proxy = subprocess.Popen(
            [sys.executable, "-m", "include.rehearsal.proxy", str(world.folder)], stdout=subprocess.PIPE, text=True
        )
        try:
            assert proxy.stdout is not None and "are open" in proxy.stdout.readline()
            for place, close in enumerate(closes):
                world.move_to(close.as_of)
                play(campaign, small_plan, calendar, world, close)
                with engine(campaign).begin() as conn, papers_of(place):
                    publish_close(conn, small_plan, calendar, close, close.as_of + timedelta(minutes=20), close.key)
                    deliver(conn, close)
                with server.connect("truth") as truth:
                    people_act(campaign, small_plan, close, truth)
            with engine(campaign).begin() as conn:
                afterwards(conn, closes[-1])
        finally:
            proxy.terminate()
            proxy.wait(10)
    yield Evenings(campaign, small_plan, calendar, closes)
    engine(campaign).dispose()
    with superuser(pg_server) as conn:
        conn.execute(f"drop database {campaign.database} with (force)")


def papers_of(evening: int) -> AbstractContextManager[None]:
    """How the papers of an evening are made."""
    return nullcontext() if evening in WITH_FILES else only_pages()


def deliver(conn: Connection, close: Close) -> None:
    """Mails are accepted; one in seven is refused on the morning after."""
    conn.execute(
        text(
            "update mail.message set state = case when mod(abs(hashtext(message_key)), 7) = 0 then 'refused'"
            " else 'accepted' end, settled_at = :morning where state = 'queued'"
        ),
        {"morning": close.as_of + timedelta(hours=12)},
    )


def afterwards(conn: Connection, last: Close) -> None:
    """What the present looks like weeks later: mails came back, decisions were carried out, silences were lifted."""
    later = {"later": last.as_of + timedelta(days=14), "key": last.key}
    for statement in (
        "update mail.message set state = 'refused', settled_at = :later where state = 'accepted'"
        " and mod(abs(hashtext(message_key)), 3) = 0",
        "update transfers.decision set state = 'requeued', settled_at = :later where state in ('decided', 'unreached')",
        "update ladder.difficulty set said = 'nay đã khác', confirmed = true",
        "insert into ladder.silence (registry_code, from_day, until_day, why, by_whom, recorded_at, lifted_at)"
        " select null, c.day + 1, c.day + 9, 'lũ', 'Sở Tư pháp', :later, :later from closing.close as c"
        " where c.close_key = :key",
    ):
        conn.execute(text(statement), later)


@dataclass(frozen=True)
class Posted:
    """A message of the outbox and the files that went with it."""

    subject: str
    html: str
    plain: str
    files: dict[str, tuple[str, bytes]]


def posted(conn: Connection, close: Close) -> dict[str, Posted]:
    """The newest edition that each address has of a close."""
    rows = conn.execute(
        text(
            "select message_key, address, subject, html, plain from mail.message"
            " where close_key = :key and kind in ('daily', 'final') and copy_of is null order by queued_at"
        ),
        {"key": close.key},
    )
    found = {}
    for key, address, subject, html, plain in rows:
        files = conn.execute(
            text("select name, media_type, content from mail.attachment where message_key = :key"), {"key": key}
        )
        found[address] = Posted(subject, html, plain, {name: (kind, bytes(what)) for name, kind, what in files})
    return found


def closed_again(conn: Connection, close: Close) -> bool:
    """Whether late data has filled the close since: its frozen figures are others by then."""
    [closings] = conn.execute(
        text("select max(closing_no) from closing.basis where close_key = :key"), {"key": close.key}
    ).one()
    return closings > 1


def test_papers_made_again_are_those_that_were_posted(evenings: Evenings) -> None:
    compared, files, different = 0, 0, []
    with engine(evenings.campaign).connect() as conn:
        for place, close in enumerate(evenings.closes):
            if closed_again(conn, close):
                continue
            before = posted(conn, close)
            files += sum(len(one.files) for one in before.values()) if place in WITH_FILES else 0
            with papers_of(place):
                again = [render(letter) for letter in letters_of(conn, evenings.plan, evenings.calendar, close)]
            assert {paper.address for paper in again} == set(before), close.key
            for paper in again:
                compared += 1
                found = differences(paper, before[paper.address])
                different += [f"{close.key} to {paper.address}: {one}" for one in found]
    assert not different, "\n".join(different)
    assert compared > 100 and files > 20


def differences(paper: Paper, before: Posted) -> Iterator[str]:
    """What of a paper is not as it was posted."""
    for name in ("subject", "plain", "html"):
        now, then = getattr(paper, name), getattr(before, name)
        if now != then:
            lines = ndiff(then.splitlines(), now.splitlines())
            yield f"{name}\n" + "\n".join(line[:200] for line in lines if line[:1] in "+-")
    files = {file.name: (file.media_type, file.content) for file in paper.files}
    files |= {f"{picture.cid}.png": ("image/png", picture.content) for picture in paper.pictures}
    if sorted(files) != sorted(before.files):
        yield f"files {sorted(before.files)} -> {sorted(files)}"
        return
    for name, (kind, content) in files.items():
        if content_of(kind, content) != content_of(*before.files[name]):
            yield f"file {name}"


def content_of(kind: str, content: bytes) -> object:
    """Bytes of what must come out byte-equal; of the others what they say."""
    if kind == "application/pdf":
        return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    if kind.endswith("wordprocessingml.document"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return parts.read("word/document.xml")
    return content
