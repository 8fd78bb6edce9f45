"""Two people at the duplicate desk: what they may say of a case, what comes of it, and what stays on record."""

from __future__ import annotations

import csv
import re
import threading

import psycopg
import pytest

from include.campaign.desk import duplicates as command
from include.campaign.desk.__main__ import SUBCOMMANDS
from include.campaign.desk.command import DeskError
from include.campaign.duplicates import Act, Refusals, record_acts
from include.campaign.warehouse import engine
from tests.campaign.duplicate_scene import (
    BY_FIRST,
    BY_SECOND,
    D1,
    D2,
    SECOND,
    WHEN,
    WHY,
    acts,
    cases,
    decide,
    desk,
    say,
    twelve_keyed_twice,
)
from tests.campaign.scene import HOME, OTHER, Scene
from tests.campaign.transfer_scene import put_back, read_and_decide
from tests.sources import superuser


@pytest.fixture
def twelve(scene: Scene) -> Scene:
    twelve_keyed_twice(scene)
    return scene


def test_one_proposes_and_another_confirms_and_both_stay_on_record(twelve: Scene) -> None:
    told = desk(twelve, "propose", f"{HOME}/101", "--outcome", "same_record", *WHY, *BY_FIRST)
    assert told == f"{HOME}/101: proposed as same_record; another person has to confirm\n"
    with pytest.raises(DeskError, match="Bàn 1 proposed it: another person has to confirm"):
        desk(twelve, "confirm", f"{HOME}/101", *BY_FIRST)
    with pytest.raises(DeskError, match="proposed same_record, which is not what you would confirm"):
        desk(twelve, "confirm", f"{HOME}/101", "--outcome", "needs_paper", *BY_SECOND)
    assert "confirmed as same_record; nothing is sent" in desk(twelve, "confirm", f"{HOME}/101", *BY_SECOND)
    assert acts(twelve) == [
        ("propose", "same_record", "Bàn 1", None),
        ("confirm", "same_record", "Bàn 2", "Bàn 1"),
    ]
    shown = desk(twelve, "show", f"{HOME}/101")
    assert "partner: 09101/1\n" in shown and "state: confirmed\n" in shown
    assert "Bàn 1: propose same_record: Cùng sổ, cùng số\n" in shown
    assert "Bàn 2: confirm same_record: đồng ý với đề xuất\n" in shown


REFUSED: list[tuple[tuple[str, ...], str]] = [
    (("confirm", f"{HOME}/101", *BY_SECOND), "nothing is proposed that could be confirmed .the case is open."),
    (("withdraw", f"{HOME}/101", *WHY, *BY_SECOND), "there is nothing to withdraw"),
    (
        ("propose", f"{HOME}/102", "--outcome", "needs_paper", *WHY, *BY_SECOND),
        "Bàn 1 proposed same_record already",
    ),
    (("propose", f"{HOME}/103", "--outcome", "needs_paper", *WHY, *BY_SECOND), "decided already .same_record."),
    (("propose", f"{HOME}/1", "--outcome", "needs_paper", *WHY, *BY_FIRST), "was never refused as a duplicate"),
    (("propose", f"{HOME}/101", "--outcome", "needs_paper", "--why", " ", *BY_FIRST), "say why"),
    (("propose", f"{HOME}/101", "--outcome", "needs_paper", *WHY, "--by", " "), "say who says so"),
    (("show", f"{HOME}/1"), "was never refused as a duplicate"),
    (("show", "101"), "is no case"),
    (("list", "--district", "999"), "999 is no unit of the plan"),
    (("bulk", "propose", "999", *WHY, *BY_FIRST), "999 is no unit of the plan"),
    (("bulk", "confirm", "9", *BY_FIRST), "there is no batch 9"),
    (("sample", "9"), "there is no batch 9"),
    (("burndown", "--day", "2025-03-06"), "duplicates were not counted for 2025-03-06 yet"),
]


def test_what_cannot_be_done_is_refused_and_nothing_is_recorded(twelve: Scene, subtests: pytest.Subtests) -> None:
    say(twelve, "propose", 102, "same_record")
    decide(twelve, 103)
    before = acts(twelve)
    for words, reason in REFUSED:
        with subtests.test(words=words):
            with pytest.raises(DeskError, match=reason):
                desk(twelve, *words)
            assert acts(twelve) == before


def test_a_case_that_is_gone_is_not_spoken_of(twelve: Scene) -> None:
    twelve.registry(HOME, "delete from sohoa.entry where entry_id = 101")
    twelve.close(D2)
    with pytest.raises(DeskError, match="does not stand any more: the registry deleted it"):
        desk(twelve, "propose", f"{HOME}/101", "--outcome", "same_record", *WHY, *BY_FIRST)


def test_what_was_said_is_withdrawn_and_said_anew(twelve: Scene) -> None:
    say(twelve, "propose", 101, "needs_paper")
    desk(twelve, "withdraw", f"{HOME}/101", *WHY, *BY_SECOND)
    assert cases(twelve, "state, outcome")[101] == ("withdrawn", None)
    decide(twelve, 101, "needs_paper")
    decide(twelve, 101, "same_record")  # the paper was seen
    desk(twelve, "withdraw", f"{HOME}/101", *WHY, *BY_SECOND)
    assert cases(twelve, "state, outcome")[101] == ("withdrawn", None)
    assert len(acts(twelve)) == 7


def test_no_duplicate_once_it_goes_back_cannot_be_withdrawn_or_said_again(twelve: Scene) -> None:
    told = desk(twelve, "propose", f"{HOME}/50", "--outcome", "not_duplicate", *WHY, *BY_FIRST)
    assert "proposed as not_duplicate" in told
    assert "the next re-queueing puts it back, once" in desk(twelve, "confirm", f"{HOME}/50", *BY_SECOND)
    with superuser(twelve.campaign) as conn:
        put_back = (
            "insert into transfers.decision (day_key, registry_code, entry_id, rule, requeue_key, why, decided_at,"
            f" run_id) values ('{D2}', '{HOME}', 50, 'not a duplicate', '{{}}', 'w', now(), 'r')"
        )
        conn.execute(put_back.format("k1"))
        with pytest.raises(psycopg.errors.UniqueViolation):
            conn.execute(put_back.format("k2"))
    with pytest.raises(DeskError, match="goes back: that cannot be withdrawn"):
        desk(twelve, "withdraw", f"{HOME}/50", *WHY, *BY_SECOND)
    assert "put back as k1: decided" in desk(twelve, "show", f"{HOME}/50")
    twelve.registry(HOME, "update sohoa.transfer set attempts = 2 where entry_id = 50")
    twelve.close(D2)
    with pytest.raises(DeskError, match="it went back as no duplicate once; that is never done twice"):
        desk(twelve, "propose", f"{HOME}/50", "--outcome", "not_duplicate", *WHY, *BY_FIRST)
    decide(twelve, 50, "same_record")


def test_what_two_people_said_is_none_goes_back_by_the_next_requeueing_and_nothing_else_does(twelve: Scene) -> None:
    decide(twelve, 50, "not_duplicate")
    decide(twelve, 101, "same_record")
    say(twelve, "propose", 102, "not_duplicate")  # not confirmed
    assert read_and_decide(twelve, "05 20:00") == 1
    put_back(twelve)
    with superuser(twelve.registries[HOME]) as conn:
        queued = conn.execute("select entry_id from sohoa.transfer where state = 'queued'").fetchall()
    assert queued == [(50,)]
    assert read_and_decide(twelve, "05 22:00") == 0


def test_of_two_who_confirm_at_once_one_comes_too_late(twelve: Scene) -> None:
    say(twelve, "propose", 101, "same_record")
    agreed = [Act(HOME, 101, "confirm", "same_record", "")]
    told: list[str] = []

    def confirm_too() -> None:
        try:
            with engine(twelve.campaign).begin() as conn:
                record_acts(conn, agreed, "Bàn 3", WHEN)
        except Refusals as refusals:
            told.extend(refusals.reasons.values())

    other = threading.Thread(target=confirm_too)
    with engine(twelve.campaign).begin() as conn:
        record_acts(conn, agreed, SECOND, WHEN)
        other.start()
        other.join(0.5)
        assert other.is_alive(), "the second waits for the first"
    other.join(10)
    assert told == [f"{HOME}/101: nothing is proposed that could be confirmed (the case is confirmed)"]
    assert [row[2] for row in acts(twelve)] == ["Bàn 1", "Bàn 2"]


PAST_THE_DESK = [
    "update transfers.duplicate_act set why = 'x'",
    "delete from transfers.duplicate_act",
    "truncate transfers.duplicate_act cascade",
    # Whoever writes past the desk is refused as well: the proposer, under either's name.
    "insert into transfers.duplicate_act (duplicate_id, act, outcome, why, by_whom, acted_at, proposal_id,"
    " proposed_by) select duplicate_id, 'confirm', outcome, 'x', by_whom, now(), act_id, by_whom"
    " from transfers.duplicate_act",
    "insert into transfers.duplicate_act (duplicate_id, act, outcome, why, by_whom, acted_at, proposal_id,"
    " proposed_by) select duplicate_id, 'confirm', outcome, 'x', by_whom, now(), act_id, 'somebody else'"
    " from transfers.duplicate_act",
]


def test_the_database_itself_keeps_the_record_and_the_two_people_apart(
    twelve: Scene, subtests: pytest.Subtests
) -> None:
    say(twelve, "propose", 101, "same_record")
    for statement in PAST_THE_DESK:
        with (
            subtests.test(statement=statement),
            superuser(twelve.campaign) as conn,
            pytest.raises(psycopg.Error),
        ):
            conn.execute(statement.encode())


def test_the_list_is_filtered(twelve: Scene) -> None:
    def listed(*words: str) -> list[str]:
        return [line.split()[0] for line in desk(twelve, "list", *words).splitlines()[1:]]

    assert len(listed()) == 15
    assert listed("--registry", OTHER) == [f"{OTHER}/101", f"{OTHER}/102"]
    assert listed("--kind", "person") == [f"{HOME}/50"]
    assert listed("--suggested", "needs_paper") == [f"{HOME}/50"]
    assert listed("--twins") == []
    assert len(listed("--district", "091")) == 15
    assert listed("--district", "092") == []
    decide(twelve, 101)
    assert len(listed()) == 14
    assert listed("--state", "confirmed") == [f"{HOME}/101"]
    assert len(listed("--state", "all")) == 15
    assert "at most 3 are shown" in desk(twelve, "list", "--last", "3")
    [line] = desk(twelve, "list", "--state", "confirmed").splitlines()[1:]
    assert re.split(r" {2,}", line) == [
        f"{HOME}/101", "KS 2004 01 1", "technical", f"{HOME}/1", "yes", "same_record", "confirmed", "same_record",
        "Bàn 1",
    ]  # fmt: skip


def test_the_burn_down_is_told_by_close_and_by_district(twelve: Scene) -> None:
    decide(twelve, 101)
    say(twelve, "propose", 102, "same_record")
    twelve.close(D2)
    lines = [line.split() for line in desk(twelve, "burndown").splitlines()]
    assert lines[0] == ["close", "known", "remaining", "open", "proposed", "needs_paper", "decided_so_far", "new",
                        "decided", "gone"]  # fmt: skip
    assert lines[1:] == [
        [D1, "15", "15", "15", "0", "0", "0", "15", "0", "0"],
        [D2, "15", "14", "13", "1", "0", "1", "0", "1", "0"],
    ]
    day = desk(twelve, "burndown", "--day", D2).splitlines()
    assert day[1].startswith("Thành phố Sông Mơ") and day[-1].split() == ["all", *lines[2][1:]]
    rows = list(csv.DictReader(desk(twelve, "burndown", "--csv").splitlines()))
    assert sum(int(row["remaining"]) for row in rows if row["close_key"] == D2) == 14


def test_the_command_is_on_the_desk() -> None:
    assert command.add in SUBCOMMANDS
