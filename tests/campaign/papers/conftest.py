"""Scenes of papers."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan, load_plan
from include.campaign.render import Paper, render
from include.campaign.report import Letter, write_letters
from include.campaign.warehouse import engine
from tests.campaign.conftest import FrozenTables
from tests.campaign.papers.edition_scene import EditionScene
from tests.campaign.papers.full_day import full_day
from tests.campaign.papers.stormy import stormy_letter
from tests.pages import only_pages

PROVINCE = Path(__file__).parents[3] / "include" / "plan"
FullDays = Callable[[str], list[Letter]]
EveryPaper = Callable[[str], dict[str, Paper]]


@pytest.fixture
def editions(frozen: FrozenTables) -> EditionScene:
    """A province without closes; three registries may be unread."""
    return EditionScene(frozen)


@pytest.fixture(scope="session")
def province_plan() -> Plan:
    """The plan that the project is delivered with: 129 registries."""
    return load_plan(PROVINCE)


@pytest.fixture(scope="session")
def full_days(pg_server: Endpoint, campaign_template: str, province_plan: Plan) -> Iterator[FullDays]:
    """Letters of hand-made closes of the whole province, by key; each close is written once for all tests."""
    own = replace(pg_server, database=f"full_days_{os.getpid()}")
    where = {"host": own.host, "port": own.port, "user": own.login, "autocommit": True}
    with psycopg.connect(dbname=pg_server.database, **where) as conn:
        conn.execute(f"create database {own.database} template {campaign_template}")

    @cache
    def letters(key: str) -> list[Letter]:
        with engine(own).connect() as conn:
            frozen = FrozenTables(conn, province_plan)
            close = full_day(frozen, key)
            found = write_letters(conn, province_plan, frozen.calendar, close)
            conn.rollback()
            return found

    yield letters
    engine(own).dispose()


@pytest.fixture(scope="session")
def every_paper_in(full_days: FullDays, province_plan: Plan) -> EveryPaper:
    """One of every kind of paper in a language, by what it is; their pages and texts alone."""
    from tests.campaign.papers.every_paper import every_paper  # noqa: PLC0415 (asks for what stands here)

    @cache
    def papers(language: str) -> dict[str, Paper]:
        with only_pages():
            return dict(every_paper(full_days, province_plan, language))

    return papers


@pytest.fixture(scope="session")
def stormy(full_days: FullDays) -> Letter:
    """The Department's letter of the worst evening."""
    return stormy_letter(full_days("2025-03-09")[0])


@pytest.fixture(scope="session")
def stormy_paper(stormy: Letter) -> Paper:
    """That letter as it is mailed, with its files and pictures."""
    return render(stormy)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser without a window; tests that need one are skipped where there is none.

    A module's own: while it is open an event loop runs, which those who start one of their own do not bear.
    """
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()
