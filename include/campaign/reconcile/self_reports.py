"""What registries say of themselves once a day, held against what was measured at the moment they said it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, text

from include.campaign.days import Calendar, Close
from include.campaign.plan.rules import Rules
from include.campaign.warehouse import run


def judge_self_reports(conn: Connection, calendar: Calendar, close: Close, ledger_read: bool) -> None:
    """Freeze what is found of the reports that are due at a close (docs/figures.md, self-reports).

    Judged are the report of the close's day and, because it may have come late, that of the day before. What was found
    for the close before stays; a registry that was read only later is filled in.

    Args:
        conn: campaign database, in the transaction of the close, with its pairs and what is received at its instant.
        calendar: the campaign's days and rules.
        close: the close.
        ledger_read: whether the ledger was read for it.
    """
    due = reports_due(calendar.rules, close)
    if not due:
        return
    run(conn, "drop_report_measures")
    days_judged = {"day": close.day, "day_before": close.day - timedelta(days=1)}
    run(conn, "create_asked", close_key=close.key, **days_judged)
    run(conn, "create_withdrawn")
    # A registry each, and a handful of entries among hundreds of thousands: the joins must know.
    conn.execute(text("analyze asked, withdrawn"))
    run(conn, "create_report_measures", as_of=close.as_of, starts_at=calendar.starts_at, **days_judged)
    expected = calendar.rules.self_reports
    run(
        conn,
        "insert_self_reports",
        close_key=close.key,
        days=list(due),
        late_after=list(due.values()),
        ledger_read=ledger_read,
        tolerance_share=expected.tolerance_share,
        tolerance_cases=expected.tolerance_cases,
    )


def reports_due(rules: Rules, close: Close) -> dict[date, datetime]:
    """Days whose reports a close judges, each with the instant after which a report of it is late.

    Those are the close's day and the day before, as far as the campaign has them and their time is up by then.
    """
    campaign, expected = rules.campaign, rules.self_reports
    days = (close.day - timedelta(days=1), close.day)
    late_after = {
        day: datetime.combine(day, expected.due, campaign.timezone) + timedelta(minutes=expected.grace_minutes)
        for day in days
        if campaign.first_day <= day <= campaign.last_day
    }
    return {day: instant for day, instant in late_after.items() if instant <= close.as_of}
