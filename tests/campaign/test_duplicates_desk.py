"""Two people at the duplicate desk: what they may say, of one case, of a batch, and of a file."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from include.campaign.desk import duplicates as command
from include.campaign.desk.__main__ import SUBCOMMANDS
from include.campaign.desk.command import DeskError
from tests.campaign.duplicate_scene import (
    BY_FIRST,
    BY_SECOND,
    D1,
    D2,
    WHY,
    cases,
    decide,
    desk,
    entry,
    keyed_twice,
    say,
)
from tests.campaign.scene import HOME, OTHER, Scene
from tests.sources import superuser


@pytest.fixture
def twelve(scene: Scene) -> Scene:
    """Twelve papers keyed twice in one registry, two in another, and one suspected person."""
    scene.book(HOME, 1)
    scene.book(OTHER, 1)
    keyed_twice(scene, 12)
    keyed_twice(scene, 2, code=OTHER)
    entry(scene, 50, "50", error="DUP_PERSON")
    scene.close(D1)
    return scene


def acts(scene: Scene) -> list[tuple]:
    return scene.rows("select act, outcome, by_whom, proposed_by from transfers.duplicate_act order by act_id")


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


@pytest.mark.parametrize(
    ("words", "reason"),
    [
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
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_is_recorded(
    twelve: Scene, words: tuple[str, ...], reason: str
) -> None:
    say(twelve, "propose", 102, "same_record")
    decide(twelve, 103)
    before = acts(twelve)
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


@pytest.mark.parametrize(
    "statement",
    [
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
    ],
)
def test_the_database_itself_keeps_the_record_and_the_two_people_apart(twelve: Scene, statement: str) -> None:
    say(twelve, "propose", 101, "same_record")
    with superuser(twelve.campaign) as conn, pytest.raises(psycopg.Error):
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


def test_a_batch_is_confirmed_by_another_after_a_look_at_its_sample(
    twelve: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample_of(twelve, 5, monkeypatch)
    told = desk(twelve, "bulk", "propose", "091", *WHY, *BY_FIRST)
    assert told.startswith("batch 1: 14 cases proposed as same_record. Another person looks at its sample of 5 ")
    assert desk(twelve, "bulk", "propose", "091", *WHY, *BY_FIRST) == "nothing of 091 is ready to be proposed in bulk\n"
    with pytest.raises(DeskError, match="Bàn 1 proposed batch 1: another person has to confirm"):
        desk(twelve, "bulk", "confirm", "1", *BY_FIRST)
    with pytest.raises(DeskError, match="Bàn 2 has looked at 0 of the 5 cases of the sample of batch 1"):
        desk(twelve, "bulk", "confirm", "1", *BY_SECOND)

    file = tmp_path / "sample.csv"
    assert "5 cases" in desk(twelve, "sample", "1", "--write", str(file))
    rows = filled(file, {"verdict": "right"})
    drawn = {row["case_key"] for row in rows}
    assert drawn == {
        f"{code}/{entry_id}"
        for code, entry_id in twelve.rows(
            "select registry_code, entry_id from transfers.duplicate d join transfers.duplicate_batch b on true"
            " where kind = 'technical'"
            " order by hashtextextended(concat_ws('/', registry_code, entry_id), seed), duplicate_id limit 5"
        )
    }, "anyone can draw the sample again from its seed"
    assert "5 cases of the sample looked at, 0 wrong" in desk(
        twelve, "sample", "1", "--read", str(file), "--by", "Bàn 3"
    )
    with pytest.raises(DeskError, match="Bàn 2 has looked at 0 of the 5"):
        desk(twelve, "bulk", "confirm", "1", *BY_SECOND)
    desk(twelve, "sample", "1", "--read", str(file), *BY_SECOND)
    twelve.registry(HOME, "delete from sohoa.entry where entry_id = 101")
    twelve.close(D2)
    assert desk(twelve, "bulk", "confirm", "1", *BY_SECOND) == "batch 1: 13 cases are confirmed as same_record\n"
    assert twelve.rows(
        "select state, count(*) from transfers.duplicate where gone_key is null group by 1 order by 1"
    ) == [
        ("confirmed", 13),
        ("open", 1),
    ]
    assert desk(twelve, "bulk", "list").splitlines()[1].split("  ")[-1] == "Cùng sổ, cùng số"
    with pytest.raises(DeskError, match="nothing of batch 1 waits"):
        desk(twelve, "bulk", "confirm", "1", *BY_SECOND)


def test_a_batch_with_a_fault_in_its_sample_is_withdrawn_and_the_fault_left_to_people(
    twelve: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample_of(twelve, 5, monkeypatch)
    assert "4 cases proposed" in desk(twelve, "bulk", "propose", HOME, "--at-most", "4", *WHY, *BY_FIRST)
    file = tmp_path / "sample.csv"
    desk(twelve, "sample", "1", "--write", str(file))
    rows = filled(file, {"verdict": "right"})
    rows[0] |= {"verdict": "wrong", "note": "hai người khác nhau"}
    written(file, rows)
    assert "4 cases of the sample looked at, 1 wrong" in desk(twelve, "sample", "1", "--read", str(file), *BY_SECOND)
    with pytest.raises(DeskError, match="1 of the sample of batch 1 are wrong: withdraw it"):
        desk(twelve, "bulk", "confirm", "1", *BY_SECOND)
    assert "4 cases are open again" in desk(twelve, "bulk", "withdraw", "1", *WHY, *BY_SECOND)
    assert "look wrong (batch 1, sample): hai người khác nhau" in desk(twelve, "show", rows[0]["case_key"])
    assert "batch 2: 11 cases" in desk(twelve, "bulk", "propose", HOME, *WHY, *BY_FIRST)
    left = twelve.rows(
        f"select entry_id from transfers.duplicate where state = 'withdrawn' and registry_code = '{HOME}'"
    )
    assert [f"{HOME}/{entry_id}" for (entry_id,) in left] == [rows[0]["case_key"]]


def test_cases_of_a_batch_are_not_confirmed_by_file_past_its_sample(twelve: Scene, tmp_path: Path) -> None:
    desk(twelve, "bulk", "propose", "091", *WHY, *BY_FIRST)
    file = tmp_path / "cases.csv"
    desk(twelve, "export", str(file), "--state", "proposed")
    filled(file, {"act": "confirm"})
    with pytest.raises(DeskError, match=r"cases\.csv:2: 09101/101: it belongs to batch 1: look at its sample") as told:
        desk(twelve, "import", str(file), *BY_SECOND)
    assert len(str(told.value).splitlines()) == 14
    desk(twelve, "confirm", f"{HOME}/101", *BY_SECOND)  # one looked at by itself
    assert cases(twelve)[101] == "confirmed"


def test_a_table_goes_out_is_filled_in_and_comes_back(twelve: Scene, tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    assert desk(twelve, "export", str(file), "--registry", HOME) == f"{file}: 13 cases\n"
    rows = filled(file, {})
    assert rows[1] | {"partner_received_at": ""} == rows[1] | {
        "case_key": f"{HOME}/101", "unit": "Phường 1, thành phố Sông Mơ", "district": "091", "phase": "2",
        "register": "KS", "opened_year": "2004", "opened_by": HOME, "book_no": "quyển 01", "entry_no": "số 1",
        "error_code": "DUP_RECORD", "kind": "technical", "partner": f"{HOME}/1", "same_book": "yes",
        "partner_receipt": "11", "suggested": "same_record", "state": "open", "partner_received_at": "",
    }  # fmt: skip
    rows[0] |= {"act": "propose", "outcome": "needs_paper", "why": "xem sổ; giấy"}
    rows[1] |= {"act": "propose", "outcome": "same_record", "why": "trùng"}
    written(file, rows, separator=";")  # as Excel writes it where the comma is the decimal sign
    assert "2 acts could be recorded; nothing is" in desk(twelve, "import", str(file), *BY_FIRST, "--dry-run")
    assert acts(twelve) == []
    assert "2 acts are recorded" in desk(twelve, "import", str(file), *BY_FIRST)
    desk(twelve, "export", str(file), "--state", "proposed")
    filled(file, {"act": "confirm"})
    desk(twelve, "import", str(file), *BY_SECOND)
    assert cases(twelve, "state, outcome")[101] == ("confirmed", "same_record")
    assert cases(twelve, "state, outcome")[50] == ("confirmed", "needs_paper")


def test_every_fault_of_a_file_is_told_by_line_and_nothing_of_it_is_done(twelve: Scene, tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_text(
        "case_key,act,outcome,why\n"
        f"{HOME}/101,propose,same_record,good\n"
        f"{HOME}/102,propose,,no outcome\n"
        f"{HOME}/103,propose,same_record,\n"
        f"{HOME}/104,burn,same_record,x\n"
        f"{HOME}/105,propose,twins,x\n"
        "105,propose,same_record,x\n"
        f"{HOME}/106,,same_record,x\n"
        f"{HOME}/107,,,\n",
        encoding="utf-8",
    )
    with pytest.raises(DeskError) as told:
        desk(twelve, "import", str(file), *BY_FIRST)
    lines = str(told.value).splitlines()
    assert [line.removeprefix(f"{file}:").split(":")[0] for line in lines] == ["3", "4", "5", "6", "7", "8"]
    assert "a proposal has an outcome" in lines[0] and "say why you propose it" in lines[1]
    assert "act 'burn'" in lines[2] and "outcome 'twins'" in lines[3] and "no case" in lines[4]
    assert "act is empty" in lines[5]

    file.write_text(
        f"case_key,act,outcome,why\n{HOME}/101,propose,same_record,good\n{HOME}/1,propose,same_record,x\n"
        f"{HOME}/102,confirm,,\n{HOME}/101,propose,needs_paper,x\n",
        encoding="utf-8",
    )
    with pytest.raises(DeskError) as told:
        desk(twelve, "import", str(file), *BY_FIRST)
    assert str(told.value).splitlines() == [
        f"{file}:2: {HOME}/101: the case is named twice",
        f"{file}:3: {HOME}/1: there is no such case: the entry was never refused as a duplicate",
        f"{file}:4: {HOME}/102: nothing is proposed that could be confirmed (the case is open)",
        f"{file}:5: {HOME}/101: the case is named twice",
    ]
    assert acts(twelve) == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"case_key,act\n09101/101,propos\xe9,", ":2: not UTF-8 text; save the file as CSV UTF-8"),
        (b"act,outcome\n", ":1: missing column 'case_key'"),
        (b"case_key,deed\n09101/101,propose\n", ":1: unknown column 'deed'"),
        (b"case_key,act,outcome,why\n09101/101,,,\n", ":1: nothing is filled in"),
        (None, ":1: the file is missing"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(twelve: Scene, tmp_path: Path, content: bytes | None, reason: str) -> None:
    file = tmp_path / "cases.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DeskError) as told:
        desk(twelve, "import", str(file), *BY_FIRST)
    assert str(told.value) == f"{file}{reason}"


def test_a_sample_takes_nothing_that_is_not_of_it(twelve: Scene, tmp_path: Path) -> None:
    desk(twelve, "bulk", "propose", OTHER, *WHY, *BY_FIRST)
    file = tmp_path / "sample.csv"
    file.write_text(f"case_key,verdict,note\n{OTHER}/101,right,\n{HOME}/101,right,\n{OTHER}/101,wrong,\n", "utf-8")
    with pytest.raises(DeskError) as told:
        desk(twelve, "sample", "1", "--read", str(file), *BY_SECOND)
    assert str(told.value).splitlines() == [
        f"{file}:3: {HOME}/101: it is not of the sample of batch 1",
        f"{file}:4: {OTHER}/101: the case is named twice",
    ]
    assert twelve.rows("select * from transfers.duplicate_look") == []
    assert [line.split()[0] for line in desk(twelve, "sample", "1").splitlines()[1:]] == [
        f"{OTHER}/101",
        f"{OTHER}/102",
    ]


def test_a_name_that_would_be_a_formula_goes_out_as_text(twelve: Scene, tmp_path: Path) -> None:
    twelve.registry(HOME, "update sohoa.entry set page_file = '=1+1' where entry_id = 50")
    twelve.close(D2)
    file = tmp_path / "cases.csv"
    desk(twelve, "export", str(file), "--kind", "person")
    assert filled(file, {})[0]["page_file"] == "'=1+1"


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


def sample_of(scene: Scene, cases_: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the plan ask for so large a sample."""
    rules = scene.plan.rules.model_copy(
        update={"duplicates": scene.plan.rules.duplicates.model_copy(update={"sample_cases": cases_})}
    )
    monkeypatch.setattr(scene, "plan", replace(scene.plan, rules=rules))


def filled(file: Path, cells: dict[str, str]) -> list[dict[str, str]]:
    """Fill in every line of a table; returns its lines."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = [row | cells for row in csv.DictReader(opened)]
    written(file, rows)
    return rows


def written(file: Path, rows: list[dict[str, str]], separator: str = ",") -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]), delimiter=separator)
        writer.writeheader()
        writer.writerows(rows)
