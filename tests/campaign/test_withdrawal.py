"""A flag that rested on a wrong figure is taken back from exactly those who were told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from include.campaign.ladder import step_ladder
from include.campaign.mail import post
from include.campaign.pace.freezing import judge_close
from include.campaign.plan import Plan
from include.campaign.render import Paper, render
from include.campaign.report import CommuneReport, ProvinceReport, WithdrawalBlock, write_letters
from include.campaign.warehouse import engine
from include.campaign.withdrawal import withdraw_flags
from tests.campaign.scene import HOME, OTHER, Scene, at
from tests.sources import superuser

pytestmark = pytest.mark.usefixtures("pages_alone")

DONE = "2025-03-02 10:00+07"
WITHDRAWN = "select close_key, registry_code, told_address, done_then, done_now, why, found_key from ladder.withdrawal"


def evening(scene: Scene, key: str, unread: tuple[str, ...] = (), plan: Plan | None = None) -> dict[str, Paper]:
    """Close a day, flag, step, write and post; returns the papers by address, as the mail server accepted them."""
    plan = plan or scene.plan
    scene.close(key, unread=unread)
    close = scene.calendar.close(key)
    with engine(scene.campaign).begin() as conn:
        withdraw_flags(conn, plan, scene.calendar, close)
        judge_close(conn, plan, scene.calendar, close)
        step_ladder(conn, plan, scene.calendar, close)
        papers = {letter.address: render(letter) for letter in write_letters(conn, plan, scene.calendar, close)}
        post(conn, close, papers.values(), close.as_of, key)
    with superuser(scene.campaign) as conn:
        conn.execute("update mail.message set state = 'accepted' where state = 'queued'")
    return papers


def head(plan: Plan, code: str) -> str:
    return plan.contact(code, "head", at("04 18:00").date()).email


def entries_appear(scene: Scene, code: str, count: int = 400) -> None:
    """The sources show entries of 2 March, received that day, that they had not shown before."""
    numbers = f"from generate_series(1, {count}) as n"
    scene.registry(
        code,
        f"insert into sohoa.entry (entry_id, book_id, entry_no, entered_at) select n, 1, n::text, '{DONE}' {numbers}",
    )
    scene.registry(
        code,
        "insert into sohoa.transfer (entry_id, state, attempts, queued_at, sent_at, answered_at, ministry_ref)"
        f" select n, 'accepted', 1, '{DONE}', '{DONE}', '{DONE}', 'M' || n {numbers}",
    )
    assert scene.ledger is not None
    with superuser(scene.ledger) as ledger:
        ledger.execute(
            f"insert into ledger.receipt select n, 'M' || n, '{code}', 'KS', 2004, '01', n::text, n, '{DONE}', null"
            f" {numbers}"
        )


def books(scene: Scene) -> None:
    """A book in either registry that holds more than its quota."""
    for code in (HOME, OTHER):
        scene.book(code, 1)
        scene.registry(code, "update sohoa.book set closing_total = 900")


@pytest.fixture
def told(scene: Scene) -> Scene:
    """Both registries were told on 4 March that they are behind, after a first evening on which nobody is told."""
    books(scene)
    evening(scene, "2025-03-03")
    papers = evening(scene, "2025-03-04")
    assert {head(scene.plan, HOME), head(scene.plan, OTHER)} <= set(papers)
    return scene


def test_what_was_told_wrongly_is_withdrawn_once_from_those_who_were_told(told: Scene) -> None:
    entries_appear(told, HOME)
    papers = evening(told, "2025-03-05")
    assert told.rows(WITHDRAWN) == [("2025-03-04", HOME, head(told.plan, HOME), 0, 400, "source changed", "2025-03-05")]
    paper = papers[head(told.plan, HOME)]
    assert paper.subject.endswith("; rút lại nhắc nhở chậm tiến độ")
    assert "Sở Tư pháp rút lại nhắc nhở này" in paper.plain
    assert "đã nhập <b>400</b>, không chậm" in paper.html
    with_block = [address for address, paper in papers.items() if "rút lại" in paper.html]
    assert with_block == [papers[next(iter(papers))].address, head(told.plan, HOME)]  # the Department's, and theirs

    later = evening(told, "2025-03-06")
    assert not any("rút lại" in paper.html for paper in later.values())
    assert len(told.rows(WITHDRAWN)) == 1


def test_it_goes_to_the_address_that_was_told_even_if_another_holds_the_post_now(told: Scene) -> None:
    entries_appear(told, HOME)
    moved = replace(
        told.plan,
        contacts=tuple(
            contact.model_copy(update={"email": f"moi.{contact.email}"}) if contact.unit_code == HOME else contact
            for contact in told.plan.contacts
        ),
    )
    papers = evening(told, "2025-03-05", plan=moved)
    assert "rút lại nhắc nhở" in papers[head(told.plan, HOME)].plain
    assert "rút lại nhắc nhở" not in papers[head(moved, HOME)].plain


def test_a_gap_that_is_settled_finds_it_too(scene: Scene) -> None:
    """Closed again for another registry's late data, the day shows that this one was not behind."""
    books(scene)
    evening(scene, "2025-03-03")
    evening(scene, "2025-03-04", unread=(OTHER,))
    entries_appear(scene, HOME)
    scene.close("2025-03-04", now="05 06:00")
    evening(scene, "2025-03-05")
    assert [row[:2] for row in scene.rows(WITHDRAWN)] == [("2025-03-04", HOME)]


def test_who_was_not_told_is_not_told_that_it_was_wrong(told: Scene) -> None:
    with superuser(told.campaign) as conn:
        conn.execute("update mail.message set state = 'refused' where address = %s", [head(told.plan, HOME)])
    entries_appear(told, HOME)
    papers = evening(told, "2025-03-05")
    assert told.rows(WITHDRAWN) == []
    assert "rút lại nhắc nhở" not in papers[head(told.plan, HOME)].plain


def test_who_is_behind_still_is_not_told_otherwise(told: Scene) -> None:
    entries_appear(told, HOME, count=5)
    evening(told, "2025-03-05")
    assert told.rows("select figure, old, new from closing.restatement where figure = 'entered' order by 1, 2") == [
        ("entered", 0, 5)
    ]
    assert told.rows(WITHDRAWN) == []


def test_a_letter_that_was_not_posted_is_made_up_for(told: Scene) -> None:
    """The evening that finds it may have no effects; then the next letters say it."""
    entries_appear(told, HOME)
    evening(told, "2025-03-05")
    with superuser(told.campaign) as conn:
        conn.execute("delete from mail.event where message_key like '2025-03-05%'")
        conn.execute("delete from mail.attachment where message_key like '2025-03-05%'")
        conn.execute("delete from mail.message where close_key = '2025-03-05'")
    told.close("2025-03-06")
    close = told.calendar.close("2025-03-06")
    with engine(told.campaign).begin() as conn:
        letters = write_letters(conn, told.plan, told.calendar, close)
    blocks = {letter.address: letter.blocks for letter in letters}
    assert [type(block) for block in blocks[head(told.plan, HOME)]] == [CommuneReport, WithdrawalBlock]
    province = letters[0].blocks[0]
    assert isinstance(province, ProvinceReport)
    assert [flag.done_now for flag in province.withdrawn] == [400]


def test_a_day_run_again_keeps_who_was_told(told: Scene) -> None:
    entries_appear(told, HOME)
    close = told.calendar.close("2025-03-04")
    told.close("2025-03-04", now="05 09:00")
    before = told.rows("select * from ladder.step order by 1, 2"), told.rows("select * from ladder.flag order by 1, 2")
    with engine(told.campaign).begin() as conn:
        judge_close(conn, told.plan, told.calendar, close)
        step_ladder(conn, told.plan, told.calendar, close)
    after = told.rows("select * from ladder.step order by 1, 2"), told.rows("select * from ladder.flag order by 1, 2")
    assert after == before
    assert before[0]


def test_a_withdrawn_flag_does_not_count_in_a_row(told: Scene) -> None:
    """Enough for the evening before, not for this one: behind again, for the first time."""
    entries_appear(told, HOME, count=150)
    evening(told, "2025-03-05")
    assert [row[:2] for row in told.rows(WITHDRAWN)] == [("2025-03-04", HOME)]
    flags = told.rows(
        "select close_key, streak, newly from ladder.flag"
        f" where registry_code = '{HOME}' and kind = 'behind' order by 1"
    )
    assert flags == [("2025-03-03", 1, True), ("2025-03-04", 2, False), ("2025-03-05", 1, True)]
