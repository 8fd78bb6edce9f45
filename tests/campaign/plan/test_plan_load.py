"""Loading a plan: what the files say is what one gets."""

import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from include.campaign.plan import PlanError, load_plan, load_rules
from include.campaign.plan.__main__ import main
from include.campaign.plan.load import FILES, TABLES
from tests.campaign.plan.spoiling import faults, spoil

ROOT = Path(__file__).parents[3]


def test_a_file_out_of_a_spreadsheet_is_read(folder: Path) -> None:
    before = load_plan(folder)
    for path in folder.glob("*.csv"):
        text = unicodedata.normalize("NFD", path.read_text(encoding="utf-8"))
        text = text.replace("true", "TRUE").replace("false", "FALSE").replace("\n", "\r\n")
        path.write_bytes(text.encode("utf-8-sig"))
    plan = load_plan(folder)
    assert (plan.units, plan.quotas, plan.contacts) == (before.units, before.quotas, before.contacts)
    assert plan.digest != before.digest


def test_semicolons_separate_as_well(folder: Path) -> None:
    before = load_plan(folder).units
    path = folder / "units.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    assert load_plan(folder).units == before


def test_the_digest_is_of_the_plans_files_alone(folder: Path) -> None:
    before = load_plan(folder).digest
    (folder / "README.md").write_text("notes", encoding="utf-8")
    assert load_plan(folder).digest == before
    spoil(folder, "rules.yaml", "gap_registries: 2", "gap_registries: 3")
    assert load_plan(folder).digest != before


def test_loading_is_fast_and_drags_in_nothing_heavy() -> None:
    code = (
        "import sys, time; from include.campaign.plan import load_plan; start = time.perf_counter(); "
        "load_plan('include/plan'); spent = time.perf_counter() - start; "
        "assert spent < 0.5, spent; heavy = {'pandas', 'numpy', 'asyncpg', 'airflow'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.parametrize("name", FILES)
def test_the_readme_for_who_edits_a_plan_names_every_file_and_column(name: str) -> None:
    text = (ROOT / "include" / "plan" / "README.md").read_text(encoding="utf-8")
    assert name in text
    section = text.split(f"## {name}", 1)[-1].split("\n## ", 1)[0] if f"## {name}" in text else text
    fields = TABLES[name].model_fields if name in TABLES else {}
    columns = [field.alias or column for column, field in fields.items()]
    assert [column for column in columns if not re.search(rf"\b{column}\b", section)] == []


def test_every_kind_of_break_has_a_row(folder: Path) -> None:
    spoil(folder, "break_kinds.csv", "cancelled,unit", "scan_name,unit")
    assert "break_kinds.csv:1: break kind cancelled has no row" in faults(folder)


def test_rules_alone_are_those_of_the_plan(folder: Path) -> None:
    assert load_rules(folder) == load_plan(folder).rules
    spoil(folder, "rules.yaml", "gap_registries: 2", "gap_registries: -3")
    with pytest.raises(PlanError, match=r"rules\.yaml:14: close\.gap_registries"):
        load_rules(folder)


def test_the_command_prints_what_the_plan_holds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder)]) == 0
    out = capsys.readouterr().out
    assert "registries  12 in 3 shards" in out
    assert "Does not foot, or is worth a look (4):" in out
    assert "the printed total is 1,960: 10 short" in out


def test_the_command_prints_every_fault_and_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = spoil(folder, "quotas.csv", "09102,registry,,564", "09102,registry,,-564")
    assert main([str(folder)]) == 1
    told = capsys.readouterr()
    assert f"quotas.csv:{line}: cases '-564'" in told.err
    assert "1 fault, the plan cannot be used" in told.err
    assert not told.out
