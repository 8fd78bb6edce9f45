"""The report of the whole campaign: its figures over the made-up province, when it goes out, what it says."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from docx import Document
from sqlalchemy import text

from include.campaign.occasions import make_occasional, post_closing
from include.campaign.render.desk import render_closing
from include.campaign.report.closing import ClosingReport, closing_report
from include.campaign.report.desk import desk_letter
from include.campaign.report.frozen import read_day
from include.campaign.report.total import Total
from include.campaign.warehouse import engine
from tests.campaign.played import Played
from tests.campaign.scene import HOME, Scene


def whole(scene: Scene) -> None:
    """One book with its only entry entered, reviewed and received before the end."""
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, "1", "10 09:00", ref="A")
    scene.receipt(1, HOME, "1", "11 09:00", ref="A")


def post(scene: Scene, key: str) -> int:
    close = scene.calendar.close(key)
    with engine(scene.campaign).begin() as conn:
        return post_closing(conn, scene.plan, scene.calendar, close, close.as_of, "run")


def kinds(scene: Scene) -> list[tuple[str, str]]:
    return scene.rows("select close_key, kind from mail.message order by queued_at, message_key")


def test_it_goes_out_after_the_final_close_and_once(scene: Scene) -> None:
    whole(scene)
    scene.close("2025-03-19")
    assert post(scene, "2025-03-19") == 0
    scene.close("2025-03-20-final", now="21 00:10")
    assert (post(scene, "2025-03-20-final"), post(scene, "2025-03-20-final")) == (1, 0)
    assert kinds(scene) == [("2025-03-20-final", "closing")]


def test_when_the_tail_ends_it_goes_out_again_if_it_says_something_else(scene: Scene) -> None:
    whole(scene)
    scene.entry(HOME, 2, 1, "2", "19 09:00", ref="B")
    scene.close("2025-03-20-final", now="21 00:10")
    scene.receipt(2, HOME, "2", "24 09:00", ref="B")
    for key in ("2025-03-24", "2025-03-31"):
        scene.close(key, now=f"{key[-2:]} 18:10")
    assert [post(scene, key) for key in ("2025-03-20-final", "2025-03-24", "2025-03-31")] == [1, 0, 1]
    assert [kind for _, kind in kinds(scene)] == ["closing", "closing-tail"]


def test_a_tail_that_changed_nothing_is_not_reported_again(scene: Scene) -> None:
    whole(scene)
    scene.close("2025-03-20-final", now="21 00:10")
    scene.close("2025-03-31", now="31 18:10")
    assert post(scene, "2025-03-31") == 0


def test_what_cannot_be_made_is_noted_and_the_others_are_made(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    whole(scene)
    scene.close("2025-03-20-final", now="21 00:10")
    close = scene.calendar.close("2025-03-20-final")
    campaign = engine(scene.campaign)
    broken = "include.campaign.occasions.render_closing"
    with monkeypatch.context() as patch:
        patch.setattr(broken, lambda *_: 1 / 0)
        failed = make_occasional(campaign, scene.plan, scene.calendar, close, close.as_of, "run")
    assert [why.split(":")[0] for why in failed] == ["report of the campaign"]
    assert scene.rows("select address, why from mail.unwritten") == [
        ("report of the campaign", "ZeroDivisionError: division by zero")
    ]
    assert scene.rows("select count(*) from bulletin.edition") == [(1,)]
    assert {kind for _, kind in kinds(scene)} == {
        "milestone-entry_done", "milestone-review_done", "milestone-transfer_done",
    }  # fmt: skip
    assert make_occasional(campaign, scene.plan, scene.calendar, close, close.as_of, "run") == ()
    assert scene.rows("select count(*) from mail.unwritten") == [(0,)]
    assert ("2025-03-20-final", "closing") in kinds(scene)


@pytest.fixture(scope="module")
def of_the_campaign(played: Played) -> ClosingReport:
    close = played.calendar.closes()[-1]
    with engine(played.campaign).connect() as conn:
        return closing_report(conn, played.plan, close, read_day(conn, played.plan, played.calendar, close))


def test_over_the_campaign_figures_are_the_truth(played: Played, of_the_campaign: ClosingReport) -> None:
    report = of_the_campaign
    known = dict.fromkeys(played.world.registry_codes, True)
    with engine(played.campaign).connect() as conn:
        read = conn.execute(
            text("select registry_code from closing.registry_close where close_key = '2025-03-20-final'"
                 " and reading_id is not null")
        ).scalars().all()  # fmt: skip
    with played.server.connect("truth") as truth:
        rows = truth.execute(
            "select registry_code, sum(books_scanned)::int, sum(entered)::int, sum(reviewed)::int, sum(received)::int"
            " from truth.figure where close_key = '2025-03-20-final' and phase = 2 group by 1"
        ).fetchall()
    sums = [sum(row[place] for row in rows if place == 4 or row[0] in read) for place in range(1, 5)]
    stages = {one.stage: one.done for one in report.stages}
    assert [stages[name].value for name in ("scanned", "entered", "reviewed", "received")] == sums
    assert stages["entered"].expected == len(known)
    assert report.province.entered.value == sums[1]
    # What is under way is what is entered and not received, to the last case.
    assert report.flight is not None and report.flight.own == sums[1] - sums[3]
    assert {report.rank(area, "received") for area in report.areas} == {1, 2, 3}
    assert report.restated and all(one.figures >= one.registries for one in report.restated)
    assert report.tested[0].ahead == 0 and 0 < report.tested[0].held <= report.tested[0].intervals
    assert report.balanced is not None and 0 < report.balanced.balanced <= report.balanced.books
    assert report.duplicates is not None and report.decided is not None
    assert report.decided.same_record + report.decided.not_duplicate + report.decided.needs_paper > 0


def test_the_paper_says_all_of_it(played: Played, of_the_campaign: ClosingReport) -> None:
    close = played.calendar.closes()[-1]
    paper = render_closing(desk_letter(played.plan, close, of_the_campaign.head), of_the_campaign)
    assert paper.kind == "closing"
    assert [file.name.rpartition(".")[2] for file in paper.files] == ["docx", "pdf"]
    document = Document(io.BytesIO(paper.files[0].content))
    said = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for section in (
        "Kết quả chung", "Kết quả theo địa bàn", "Đơn vị hoàn thành sớm nhất", "Việc còn lại", "Hồ sơ trùng",
        "Số liệu điều chỉnh", "Dự báo và thực tế",
    ):  # fmt: skip
        assert section in said
    assert len(document.tables) >= 3
    assert render_closing(desk_letter(played.plan, close, of_the_campaign.head), of_the_campaign).html == paper.html
    assert "None" not in paper.plain and "None" not in said


def test_a_different_figure_is_a_different_report(of_the_campaign: ClosingReport) -> None:
    assert of_the_campaign.says_the_same_as(replace(of_the_campaign, mails={"accepted": 1}))
    assert not of_the_campaign.says_the_same_as(replace(of_the_campaign, not_entered=Total(1, 1, 1)))
