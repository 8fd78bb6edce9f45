"""Papers beside the daily ones: a milestone's report, the campaign's, the draft of the public bulletin.

Each is made in a transaction of its own: what cannot be made is noted (`mail.unwritten`), the gate says so, and
neither the daily reports nor the other papers wait for it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, Engine

from include.campaign import bulletin
from include.campaign.days import TAIL, Calendar, Close
from include.campaign.editions.rendering import WHY_LENGTH
from include.campaign.mail import post
from include.campaign.milestones import freeze_milestones, told_by
from include.campaign.plan import Plan
from include.campaign.render.desk import render_closing, render_milestone
from include.campaign.report.closing import campaign_over, closing_report
from include.campaign.report.desk import desk_letter
from include.campaign.report.frozen import read_day
from include.campaign.report.milestone import milestone_reports
from include.campaign.warehouse import fetch_one, run

_Make = Callable[[Connection, Plan, Calendar, Close, datetime, str], object]


def make_occasional(
    campaign: Engine, plan: Plan, calendar: Calendar, close: Close, now: datetime, run_id: str
) -> tuple[str, ...]:
    """Make what a close is the occasion for, each paper once; returns why those failed that could not be made.

    Args:
        campaign: campaign database.
        plan: contacts, names, milestones, rules.
        calendar: the campaign's days.
        close: a close that was closed and whose daily reports are posted.
        now: the campaign's present instant.
        run_id: the run that makes them.
    """
    failed = []
    for name, make in _PAPERS.items():
        noted = {"close_key": close.key, "address": name}
        try:
            with campaign.begin() as conn:
                make(conn, plan, calendar, close, now, run_id)
                run(conn, "editions/delete_unwritten", close_key=close.key, addresses=[name])
        except Exception as error:
            why = f"{type(error).__name__}: {' '.join(str(error).split())}"[:WHY_LENGTH]
            with campaign.begin() as conn:
                about = {"unit_code": plan.province.code, "office": name, "why": why, "failed_at": now}
                run(conn, "editions/upsert_unwritten", **noted, **about)
            failed.append(f"{name}: {why}")
    return tuple(failed)


def post_milestones(conn: Connection, plan: Plan, calendar: Calendar, close: Close, now: datetime, run_id: str) -> int:
    """Keep who made the milestones that are past, and post the reports that the close tells; returns how many are new.

    A held close tells of none: the next one does.
    """
    known = fetch_one(conn, "select_report_close", close_key=close.key)
    if known is None or known["state"] == "held":
        return 0
    freeze_milestones(conn, plan, calendar, close)
    if close.key not in (key for key, _ in told_by(conn).values()):
        return 0
    day = read_day(conn, plan, calendar, close)
    letter = desk_letter(plan, close, day.head)
    papers = [render_milestone(letter, report) for report in milestone_reports(conn, plan, calendar, close, day)]
    return post(conn, close, papers, now, run_id)


def post_closing(conn: Connection, plan: Plan, calendar: Calendar, close: Close, now: datetime, run_id: str) -> int:
    """Post the report of the whole campaign where it is over; returns how many messages are new.

    When the tail has ended it is posted again if its figures are not those of the final close.
    """
    if not campaign_over(conn, calendar, close):
        return 0
    day = read_day(conn, plan, calendar, close)
    if day.head.state == "held":
        return 0
    report = closing_report(conn, plan, close, day)
    if close.kind == TAIL:
        final = calendar.closes()[-1]
        if report.says_the_same_as(closing_report(conn, plan, final, read_day(conn, plan, calendar, final))):
            return 0
    return post(conn, close, [render_closing(desk_letter(plan, close, day.head), report)], now, run_id)


_PAPERS: dict[str, _Make] = {
    "reports of milestones": post_milestones,
    "report of the campaign": post_closing,
    "public bulletin": bulletin.draft,
}
