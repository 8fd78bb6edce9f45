"""Who made a milestone: by hand, and over the whole made-up campaign; and the paper that says so."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace

import pytest
from docx import Document
from sqlalchemy import Connection, text

from include.campaign.days import Close
from include.campaign.milestones import freeze_milestones, told_by
from include.campaign.occasions import post_milestones
from include.campaign.plan.models import Milestone
from include.campaign.render import Paper
from include.campaign.render.desk import render_milestone
from include.campaign.report.desk import desk_letter
from include.campaign.report.frozen import read_day
from include.campaign.report.milestone import MilestoneReport, milestone_reports
from include.campaign.warehouse import engine
from tests.campaign.played import Played
from tests.campaign.scene import HOME, OTHER, Scene, at

pytestmark = pytest.mark.usefixtures("pages_alone")

ENTRY, REVIEW, TRANSFER = "entry_done", "review_done", "transfer_done"


def reports(conn: Connection, scene: Scene | Played, close: Close) -> dict[str, MilestoneReport]:
    freeze_milestones(conn, scene.plan, scene.calendar, close)
    day = read_day(conn, scene.plan, scene.calendar, close)
    found = milestone_reports(conn, scene.plan, scene.calendar, close, day)
    return {report.milestone_id: report for report in found}


def told(scene: Scene, key: str) -> dict[str, MilestoneReport]:
    with engine(scene.campaign).begin() as conn:
        return reports(conn, scene, scene.calendar.close(key))


def done(report: MilestoneReport, code: str = HOME) -> int | None:
    return next(one.done for one in report.registries if one.code == code)


def test_what_was_done_by_the_instant_counts_whichever_close_saw_it(scene: Scene) -> None:
    scene.book(HOME, 1)
    for number, entered in enumerate(("15 17:00", "15 23:59", "16 00:00", "16 00:01", "16 17:00"), 1):
        scene.entry(HOME, number, 1, str(number), entered)
    scene.close("2025-03-15")
    assert told(scene, "2025-03-15") == {}
    scene.close("2025-03-16")
    found = told(scene, "2025-03-16")
    assert list(found) == [ENTRY]
    assert done(found[ENTRY]) == 3
    with engine(scene.campaign).connect() as conn:
        progress = text("select entered from closing.progress where close_key = '2025-03-16' and registry_code = :code"
                        " and baseline = 'plan37'")  # fmt: skip
        assert conn.execute(progress, {"code": HOME}).scalar_one() == 5
    scene.close("2025-03-17")
    assert told(scene, "2025-03-17") == {}


def test_the_final_close_is_of_the_very_instant(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, "1", "20 09:00", ref="A")
    scene.receipt(1, HOME, "1", "20 23:59", ref="A")
    scene.entry(HOME, 2, 1, "2", "20 09:00", ref="B")
    scene.receipt(2, HOME, "2", "21 00:01", ref="B")
    scene.registry(HOME, "update sohoa.entry set reviewed_at = '2025-03-20 22:00+07' where entry_id = 1")
    scene.close("2025-03-20-final", now="21 00:10")
    found = told(scene, "2025-03-20-final")
    assert {name: done(report) for name, report in found.items()} == {ENTRY: 0, REVIEW: 1, TRANSFER: 1}


def test_receipts_at_an_instant_between_closes(scene: Scene) -> None:
    """Another plan's milestone of receiving: a receipt cancelled later still counted then."""
    milestone = Milestone(id="half", title="Một nửa", instant=at("05 06:00"), stage="received")
    scene.plan = replace(scene.plan, milestones=(milestone,))
    scene.book(HOME, 1)
    for number, (received, cancelled) in enumerate(
        [("04 09:00", None), ("05 05:59", "05 09:00"), ("05 06:01", None), ("04 09:00", "05 05:00")], 1
    ):
        scene.entry(HOME, number, 1, str(number), "02 09:00", ref=f"R{number}")
        scene.receipt(number, HOME, str(number), received, ref=f"R{number}", cancelled=cancelled)
    scene.close("2025-03-05")
    assert done(told(scene, "2025-03-05")["half"]) == 2
    # What the close counts is again what is known of receipts.
    assert scene.rows("select count(*) from matching.received('2025-03-05 18:00+07')") == [(2,)]


def test_who_was_not_read_has_no_data_and_has_not_missed_it(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, "1", "15 09:00")
    scene.book(OTHER, 1)
    scene.entry(OTHER, 1, 1, "1", "14 09:00")
    scene.close("2025-03-15")
    scene.close("2025-03-16", unread=(OTHER,))
    report = told(scene, "2025-03-16")[ENTRY]
    assert (done(report), done(report, OTHER)) == (1, None)
    assert OTHER in [one.code for one in report.unknown] and OTHER not in [one.code for one in report.missed]
    other = next(one for one in report.unknown if one.code == OTHER)
    assert (other.known_done, other.known_as_of) == (1, scene.calendar.close("2025-03-15").as_of)
    # A later reading fills the close; what the other had told stays as it was told.
    scene.registry(HOME, "update sohoa.entry set entered_at = null")
    scene.close("2025-03-16", now="17 06:00")
    scene.close("2025-03-17")
    assert told(scene, "2025-03-17") == {}
    report = told(scene, "2025-03-16")[ENTRY]
    assert (done(report), done(report, OTHER)) == (1, 1)


def test_a_close_that_was_never_made_is_followed_by_the_next(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, "1", "15 09:00")
    scene.entry(HOME, 2, 1, "2", "16 09:00")
    scene.close("2025-03-18")
    report = told(scene, "2025-03-18")[ENTRY]
    assert done(report) == 1
    with engine(scene.campaign).connect() as conn:
        assert told_by(conn)[ENTRY][0] == "2025-03-18"


def test_the_report_goes_out_once(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, "1", "15 09:00")
    scene.close("2025-03-16")
    close = scene.calendar.close("2025-03-16")

    def post() -> int:
        with engine(scene.campaign).begin() as conn:
            return post_milestones(conn, scene.plan, scene.calendar, close, close.as_of, "run")

    assert (post(), post()) == (1, 0)
    ((kind, key),) = scene.rows("select kind, message_key from mail.message")
    assert kind == "milestone-entry_done" and key.endswith("/milestone-entry_done")


def text_of(paper: Paper) -> str:
    document = Document(io.BytesIO(next(file.content for file in paper.files if file.name.endswith(".docx"))))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize("key", ["2025-03-16", "2025-03-20-final"])
def test_over_the_campaign(played: Played, key: str) -> None:
    """Done is what the keys behind the mirror say of the instant, and the final ones are the world's truth."""
    close = played.calendar.close(key)
    with engine(played.campaign).connect() as conn:
        found = reports(conn, played, close)
        mirrored = conn.execute(
            text(
                "select e.registry_code, e.entered_at from mirror.entry e join mirror.book b"
                " using (registry_code, book_id) where b.phase = 2"
            )
        ).all()
        paper = render_milestone(
            desk_letter(played.plan, close, next(iter(found.values())).head), next(iter(found.values()))
        )
        conn.rollback()
    if key == "2025-03-16":
        (report,) = found.values()
        instant = report.instant
        counted = Counter(row.registry_code for row in mirrored if row.entered_at and row.entered_at <= instant)
        assert {one.code: one.done for one in report.registries if one.done is not None} == {
            one.code: counted[one.code] for one in report.registries if one.done is not None
        }
        assert len(report.made) + len(report.missed) + len(report.unknown) + len(report.without_quota) == 12
    else:
        assert set(found) == {ENTRY, REVIEW, TRANSFER} or set(found) == {REVIEW, TRANSFER}
        with played.server.connect("truth") as truth:
            rows = truth.execute(
                "select registry_code, sum(reviewed)::int, sum(received)::int from truth.figure"
                " where close_key = %s and phase = 2 group by 1", [key]
            ).fetchall()  # fmt: skip
        true = {code: (reviewed, received) for code, reviewed, received in rows}
        for one in found[REVIEW].registries:
            assert one.done in (None, true.get(one.code, (0, 0))[0])
        for one in found[TRANSFER].registries:
            assert one.done in (None, true.get(one.code, (0, 0))[1])
    flight = next(iter(found.values())).flight
    assert flight is not None and flight.own > 0
    said = text_of(paper)
    for one in next(iter(found.values())).registries:
        assert one.name in said
    assert "chưa có số liệu" in said.lower()
