"""Batches with their samples, and tables out and in: what two people do of many duplicates at once."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from include.campaign.desk.command import DeskError
from tests.campaign.duplicate_scene import BY_FIRST, BY_SECOND, D2, WHY, acts, cases, desk, twelve_keyed_twice
from tests.campaign.scene import HOME, OTHER, Scene


@pytest.fixture
def twelve(scene: Scene) -> Scene:
    twelve_keyed_twice(scene)
    return scene


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


UNREADABLE: list[tuple[bytes | None, str]] = [
    (b"case_key,act\n09101/101,propos\xe9,", ":2: not UTF-8 text; save the file as CSV UTF-8"),
    (b"act,outcome\n", ":1: missing column 'case_key'"),
    (b"case_key,deed\n09101/101,propose\n", ":1: unknown column 'deed'"),
    (b"case_key,act,outcome,why\n09101/101,,,\n", ":1: nothing is filled in"),
    (None, ":1: the file is missing"),
]


def test_a_file_that_cannot_be_read_says_why(twelve: Scene, tmp_path: Path, subtests: pytest.Subtests) -> None:
    for place, (content, reason) in enumerate(UNREADABLE):
        with subtests.test(reason=reason):
            file = tmp_path / f"cases-{place}.csv"
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
