"""Kinds of difficulties: what the loader refuses, and which words of a report tell which kind."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from include.campaign.plan import Plan, PlanError, load_plan
from include.campaign.plan.difficulties import DifficultyKind, fold_words
from tests.conftest import SMALL_PLAN


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("power,nobody,2,Điện,Xem,mất điện,", "difficulties.csv:2: owner 'nobody'"),
        ("power,line,0,Điện,Xem,mất điện,", "difficulties.csv:2: due_days '0'"),
        ("power,line,2,Điện,Xem,mất điện|*,", "difficulties.csv:2: patterns"),
        ("power,line,2,Điện,Xem,mất điện,entred", "difficulties.csv:2: explains"),
        ("power,line,2,Điện,Xem,mất điện,", "difficulties.csv:1: difficulty internet has no row"),
    ],
)
def test_faults_are_told_with_their_line(tmp_path: Path, line: str, fault: str) -> None:
    folder = shutil.copytree(SMALL_PLAN, tmp_path / "plan")
    head = "kind,owner,due_days,name_vi,request_vi,patterns,explains"
    rows = (head, line, "other,department,3,Khác,Hỏi lại,,")
    (folder / "difficulties.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    with pytest.raises(PlanError) as raised:
        load_plan(folder)
    assert fault in str(raised.value)


@pytest.mark.parametrize(
    ("pattern", "text", "told"),
    [
        ("mất điện", "Mất  ĐIỆN từ sáng", True),
        ("mất điện", "mat dien ca ngay", True),
        ("điện yếu", "điện rất yếu", False),
        ("điện * yếu", "điện rất yếu", True),
        ("điện * yếu", "điện yếu", True),
        ("điện * yếu", "điện ở xã ta hôm nay yếu", False),
        ("máy", "máymóc", False),
    ],
)
def test_patterns(pattern: str, text: str, told: bool) -> None:
    kind = DifficultyKind(kind="x", owner="line", due_days=1, name_vi="x", request_vi="x", patterns=(pattern,))
    assert kind.is_told_by(fold_words(text)) is told


def test_who_keeps_the_lines(small_plan: Plan) -> None:
    day = small_plan.rules.campaign.first_day
    assert small_plan.line_keeper(day).post == "desk", "nobody does: the Department's desk"
