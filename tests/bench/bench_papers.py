"""All papers of a day beside its letters as bare pages: 130 readers, charts, workbook, Word and PDF.

The aim is of the whole: under 30 s on two cores. The bare pages are the same letters filled into the same templates,
with no chart and no file: what is above them is what pictures and files cost.
"""

from __future__ import annotations

import os

from include.campaign.editions.rendering import make
from include.campaign.plan import load_plan
from include.campaign.report import write_letters
from include.campaign.warehouse import engine
from include.local.postgres import Server
from tests.bench.conftest import Ratios, campaign_database, timed
from tests.campaign.conftest import FrozenTables
from tests.campaign.papers.conftest import PROVINCE
from tests.campaign.papers.full_day import full_day
from tests.pages import only_pages

DAY = "2025-03-09"
"""Hand-made: every registry in another plight, warnings, worklists, and the Ministry down."""
READERS = 130


def test_all_papers_of_a_day(warehouse_server: Server, ratios: Ratios) -> None:
    plan = load_plan(PROVINCE)
    seconds: dict[str, float] = {}
    with campaign_database(warehouse_server, "bench_papers") as campaign, engine(campaign).connect() as conn:
        frozen = FrozenTables(conn, plan)
        close = full_day(frozen, DAY)
        for registry in plan.registries:  # so that the province and each district have a burn-up
            frozen.insert("pace.standing", close_key=close.key, registry_code=registry.code, stage="entered",
                          planned=500, done=400)  # fmt: skip
        with timed(seconds, "letters"):
            letters = write_letters(conn, plan, frozen.calendar, close)
        conn.rollback()
    with timed(seconds, "papers"):
        made = make(letters)
    with only_pages(), timed(seconds, "pages"):
        bare = make(letters)
    assert not [one.why for one in (*made, *bare) if one.paper is None]
    papers = [one.paper for one in made if one.paper is not None]
    files = [file.name.rpartition(".")[2] for paper in papers for file in paper.files]
    assert len(papers) >= READERS and {"docx", "pdf", "xlsx"} <= set(files)
    assert sum(len(paper.pictures) for paper in papers) > 10
    ratios.told(
        f"papers of a day for {len(papers)} readers: read / made / pages alone, on {os.cpu_count()} cores, s",
        " / ".join(f"{seconds[step]:.1f}" for step in ("letters", "papers", "pages")),
    )
    whole = seconds["letters"] + seconds["papers"]
    ratios.at_most(f"{len(papers)} papers of a day with charts, workbook, Word and PDF, in seconds", whole, 1, 30)
    ratios.at_most("... to the same letters as pages alone", whole, seconds["letters"] + seconds["pages"], 15)
