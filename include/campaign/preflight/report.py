"""What a preflight came to: one line, and the table of what to mend, per registry, for the data team."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, RowMapping

from include.campaign.alarm import Alarm
from include.campaign.days import Close
from include.campaign.plan import Plan
from include.campaign.pull.reading import LEDGER
from include.campaign.render.formats import number
from include.campaign.warehouse import fetch

KIND = "preflight"
"""Kind of the mail in the outbox."""

ROWS_AT_MOST = 300
"""Of the table in the mail; all are in `sources.preflight`."""

_WORDS = Path(__file__).resolve().parents[2] / "templates" / "mail" / "vi" / "preflight.yaml"


@dataclass(frozen=True)
class PreflightReport:
    """A preflight's outcome.

    Attributes:
        line: for the log and the run's note.
        first_thing: what to do first.
        to_mend: rows of the table whose verdict is "fail": something has to be done before the first day.
        alarm: the mail to the data team.
    """

    line: str
    first_thing: str
    to_mend: int
    alarm: Alarm


def report(conn: Connection, plan: Plan, close: Close, run_id: str) -> PreflightReport:
    """Put a run's checks together.

    Args:
        conn: campaign database.
        plan: names, and the quotas that closing totals are compared with.
        close: the close that the mail is filed under; its day says which baseline is in force.
        run_id: the run.

    Raises:
        LookupError: the run has checked nothing.
    """
    checks = fetch(conn, "select_preflight", run_id=run_id)
    if not checks:
        raise LookupError(f"preflight {run_id} has checked nothing")
    # What differs from the quota is told in sum: a quota that was derived differs nearly everywhere.
    found = sorted((row for row in checks if _to_be_told(row)), key=_order)
    fails = [row for row in found if row["verdict"] == "fail"]
    sources = {row["source_code"] for row in checks}
    unfit = {row["source_code"] for row in fails}
    line = (
        f"preflight: {len(sources) - len(unfit)}/{len(sources)} sources ready · {len(fails)} to mend at {len(unfit)}"
        f" · {len(found) - len(fails)} to know"
    )
    first = fails[0] if fails else None
    return PreflightReport(
        line=line,
        first_thing=f"begin with {_name(first)}: {first['check_name']} {first['found']}"
        if first
        else "nothing to mend",
        to_mend=len(fails),
        alarm=Alarm(
            kind=KIND,
            close=close,
            subject=f"Kiểm tra nguồn dữ liệu: {len(sources) - len(unfit)}/{len(sources)} nguồn sẵn sàng",
            lines=tuple(_lines(plan, close, checks, found, len(fails))),
            table=tuple(_table(found[:ROWS_AT_MOST])) if found else (),
            occasion=run_id,
        ),
    )


@cache
def _words() -> dict[str, Any]:
    return yaml.safe_load(_WORDS.read_text(encoding="utf-8"))


def _to_be_told(row: RowMapping) -> bool:
    return row["verdict"] in ("fail", "warn") and row["check_name"] != "baseline"


def _order(row: RowMapping) -> tuple[bool, int, str, str]:
    """What must be mended first, then by what is looked at, then by source."""
    place = list(_words()["checks"]).index(row["check_name"])
    return row["verdict"] != "fail", place, row["source_code"], row["role"]


def _name(row: RowMapping) -> str:
    if row["source_code"] == LEDGER:
        return "Sổ tiếp nhận của Bộ Tư pháp"
    return f"{row['full_name'] or 'Đơn vị'} ({row['source_code']})"


def _lines(plan: Plan, close: Close, checks: Any, found: list[RowMapping], fails: int) -> list[str]:
    lines = [
        f"Có {fails} việc phải sửa và {len(found) - fails} điểm lưu ý. Sửa xong, chạy lại source_preflight."
        if found
        else "Không có gì phải sửa: mọi nguồn đúng quy ước, quyền đọc đúng mức và dữ liệu cá nhân được chặn.",
    ]
    lines += _baseline_lines(plan, close, [row for row in checks if row["check_name"] == "baseline"])
    if len(found) > ROWS_AT_MOST:
        lines.append(f"Bảng dưới đây có {ROWS_AT_MOST} dòng đầu; còn {len(found) - ROWS_AT_MOST} dòng nữa.")
    return lines


def _baseline_lines(plan: Plan, close: Close, rows: list[RowMapping]) -> list[str]:
    """The counted baseline: totals on closing pages against the quotas of the registries that have both."""
    counted = [row for row in rows if row["measured"] is not None]
    if not counted:
        return ["Chưa có trang khóa sổ nào để đối chiếu với chỉ tiêu."]
    baseline = plan.baseline_in_force(close.day)
    quotas = [plan.quota(baseline.id, row["source_code"], "registry") for row in counted]
    off = sum(row["verdict"] == "warn" for row in counted)
    return [
        f"Tổng số ghi ở trang khóa sổ của {len(counted)} cơ sở: {number(sum(row['measured'] for row in counted))}; "
        f"chỉ tiêu của các cơ sở đó ({baseline.title}): {number(sum(quota.cases for quota in quotas if quota))}. "
        f"{off} cơ sở lệch nhiều hoặc còn sổ chưa ghi trang khóa sổ."
    ]


def _table(rows: list[RowMapping]) -> list[tuple[str, ...]]:
    words = _words()
    table: list[tuple[str, ...]] = [("Nguồn", "Tài khoản", "Mức", "Kiểm tra", "Thấy", "Việc cần làm")]
    for row in rows:
        check = words["checks"][row["check_name"]]
        todo = check["next"]
        if isinstance(todo, dict):
            todo = todo.get(row["found"].partition(" ")[0], todo["failed"])
        table.append(
            (
                _name(row),
                words["roles"][row["role"]],
                words["verdicts"][row["verdict"]],
                check["name"],
                row["found"],
                todo,
            )
        )
    return table
