"""What the desk shows of worklists, decisions and codes that nobody knows."""

from __future__ import annotations

import argparse
import csv
import io
from pathlib import Path

import pytest

from include.campaign.desk.__main__ import SUBCOMMANDS
from include.campaign.desk.command import Desk, DeskError
from include.campaign.warehouse import engine
from tests.campaign.scene import HOME, Scene

DAY, NEXT = "2025-03-05", "2025-03-06"


def desk(scene: Scene, *words: str) -> str:
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    for add in SUBCOMMANDS:
        add(subparsers)
    given = parser.parse_args(words)
    out = io.StringIO()
    given.run(Desk(engine(scene.campaign), scene.plan, out), given)
    return out.getvalue()


def refused(scene: Scene, entry_id: int, code: str) -> None:
    scene.entry(HOME, entry_id, 1, f"{entry_id}/2004", "02 09:00")
    scene.registry(
        HOME,
        "insert into sohoa.transfer (entry_id, state, attempts, queued_at, sent_at, answered_at, error_code)"
        f" values ({entry_id}, 'rejected', 1, now(), '2025-03-03 09:00+07', '2025-03-03 09:01+07', '{code}')",
    )


@pytest.fixture
def closed(scene: Scene) -> Scene:
    scene.book(HOME, 1)
    refused(scene, 12, "BAD_DATE")
    refused(scene, 2, "BAD_DATE")
    refused(scene, 3, "SCAN_MISSING")
    refused(scene, 4, "NEW_CODE")
    scene.close(DAY)
    return scene


def test_worklists_are_counted_at_any_close(closed: Scene) -> None:
    closed.registry(HOME, "update sohoa.transfer set state = 'queued', error_code = null where entry_id = 3")
    closed.close(NEXT)
    newest = desk(closed, "worklist", "counts").splitlines()
    assert newest[0] == f"{NEXT}: 2 entries to correct"
    assert [line.split() for line in newest[2:]] == [
        [HOME, "BAD_DATE", "2", "0", "0", DAY],
        [HOME, "SCAN_MISSING", "0", "0", "1"],
    ]
    before = desk(closed, "worklist", "counts", "--registry", HOME, "--day", DAY)
    assert before.startswith(f"{DAY}: 3 entries to correct\n")


def test_worklists_are_listed_in_the_order_of_the_books(closed: Scene, tmp_path: Path) -> None:
    listed = [line.split() for line in desk(closed, "worklist", "list").splitlines()]
    assert [line[:2] for line in listed[1:]] == [[HOME, "2"], [HOME, "3"], [HOME, "12"]]
    assert desk(closed, "worklist", "list", "--last", "1").endswith("--last N, or --csv FILE for all\n")
    file = tmp_path / "list.csv"
    assert "2 entries are in" in desk(closed, "worklist", "list", "--code", "BAD_DATE", "--csv", str(file))
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert rows[1] == [
        HOME,
        "2",
        "KS",
        "2004",
        "01",
        "2/2004",
        "BAD_DATE",
        "1",
        DAY,
        "sửa ngày, tháng, năm theo sổ gốc",
    ]


def test_unknown_codes_are_shown_at_once(closed: Scene) -> None:
    assert desk(closed, "decisions", "codes") == (
        f"{DAY}: 1 codes that the plan does not know\n"
        "error code  entries  registries  first key\n"
        f"NEW_CODE    1        1           {DAY}\n"
    )


@pytest.mark.parametrize(
    "words",
    [
        ("worklist", "counts", "--registry", "99999"),
        ("worklist", "list", "--day", "2024-01-01"),
        ("decisions", "list", "--registry", "99999"),
    ],
)
def test_what_the_plan_does_not_know_is_refused(closed: Scene, words: tuple[str, ...]) -> None:
    with pytest.raises(DeskError):
        desk(closed, *words)


def test_before_the_first_close_there_is_nothing_to_show(scene: Scene) -> None:
    for act in (("worklist", "counts"), ("decisions", "counts")):
        with pytest.raises(DeskError, match="no day is closed yet"):
            desk(scene, *act)
