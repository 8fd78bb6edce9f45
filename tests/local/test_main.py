"""The command line: what it refuses, and what clean removes."""

import pytest

from include.local.__main__ import main, parser
from include.local.home import Home


@pytest.mark.parametrize(
    "words", [["demo", "--days", "0"], ["demo", "--scale", "0"], ["demo", "--scale", "1.5"], ["up"], ["day"], []]
)
def test_what_makes_no_sense_is_refused(words, capsys) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(words)


def test_day_and_status_without_a_stack_say_so(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("CAMPAIGN_HOME", str(tmp_path / "none"))
    assert main(["day", "2025-03-05"]) == 1
    assert main(["preflight"]) == 1
    assert main(["kickoff"]) == 1
    assert main(["status"]) == 1
    told = capsys.readouterr().out
    assert "make up CONNECTIONS=" in told
    assert "Traceback" not in told


def test_clean_removes_what_a_stack_made_and_nothing_else(tmp_path, monkeypatch) -> None:
    home = tmp_path / "home"
    Home(home).make()
    (home / "mail" / "new").mkdir(parents=True)
    Home(home).note(kind="demo")
    (home / "letters.txt").write_text("mine")
    monkeypatch.setenv("CAMPAIGN_HOME", str(home))
    assert main(["clean"]) == 0
    assert [path.name for path in home.iterdir()] == ["letters.txt"]


def test_a_folder_that_holds_something_else_is_neither_filled_nor_cleaned(tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "mail").mkdir()
    monkeypatch.setenv("CAMPAIGN_HOME", str(tmp_path))
    assert main(["demo", "--days", "1"]) == 1
    assert main(["clean"]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mail"]
    assert "holds something else" in capsys.readouterr().out


def test_clean_where_there_is_nothing_makes_nothing(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("CAMPAIGN_HOME", str(tmp_path / "none"))
    assert main(["clean"]) == 0
    assert not (tmp_path / "none").exists()


def test_a_plan_with_faults_is_told_without_a_traceback(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("CAMPAIGN_HOME", str(tmp_path / "home"))
    (tmp_path / "plan").mkdir()
    assert main(["demo", "--plan", str(tmp_path / "plan")]) == 1
    told = capsys.readouterr().out
    assert "rules.yaml" in told
    assert "Traceback" not in told
    assert not (tmp_path / "home").exists()
