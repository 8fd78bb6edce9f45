"""One evening in one line: what the gate's log, the run's note and the driver print, and the first thing to do."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, RowMapping

from include.campaign.days import Close
from include.campaign.plan import Plan
from include.campaign.warehouse import fetch, fetch_one, run
from include.campaign.worklist import unknown_codes

MAIL_STATES = ("accepted", "rendered", "held", "queued", "deferred", "refused", "uncertain", "dropped")

_FIRST_BY_OUTCOME = {
    "unreachable": "have {name} check its line and server: nothing answers at its address",
    "refused": "ask {name} for its present log-in: the server turns ours down",
    "hung": "have {name} restart its database: it accepts connections and does not answer",
    "permission": "have {name} run the contract's grants again: a granted column is refused",
    "schema": "have {name} compare its tables with the contract: a table or column is missing",
    "empty": "ask {name} whether its database was emptied: it answers and holds no books",
    "busy": "look for another run that holds {name}; clear the pull of its district when it has ended",
    "failed": "read the pull's log for {name}: the error was not one we know",
}


def summarise(conn: Connection, plan: Plan, close: Close) -> dict[str, Any]:
    """The summary of a close as JSON-ready values; also kept in `closing.close.summary`.

    Returns:
        close, state, read, expected, ledger_read, missing (code, name, outcome, since: the last close that knew it,
        last_read_at: None when it has never been read, acknowledged: None, or until and why), entered_total,
        entered_day, received_total, received_day (cases; None where unknown), behind (registries later than the
        roadmap), warned (those with a flag that climbs: behind, or another), requeued, unknown_codes (code, entries,
        registries, new: no earlier close showed it), mails (state to number), unwritten (papers that cannot be made:
        office, unit, why), problems (what makes the gate red, in words), first_thing, line.
    """
    row = fetch_one(conn, "summarise_close", close_key=close.key)
    if row is None:
        raise LookupError(f"close {close.key} was not opened")
    missing = [_gap(gap) for gap in fetch(conn, "select_missing", close_key=close.key)]
    mails = dict.fromkeys(MAIL_STATES, 0)
    for count in fetch(conn, "count_messages", close_key=close.key):
        # A message caught in the act is not delivered yet, as far as anyone can tell.
        state = "uncertain" if count["state"] == "sending" else count["state"]
        mails[state] += count["messages"]
    unwritten = [
        {"office": one["office"], "unit": one["unit_code"], "why": one["why"]}
        for one in fetch(conn, "editions/select_unwritten", close_key=close.key)
    ]
    problems = _problems(plan, row, missing, mails, unwritten)
    summary: dict[str, Any] = {
        "close": close.key,
        "state": row["state"],
        "read": row["read"],
        "expected": row["expected"],
        "ledger_read": row["ledger_read"],
        "missing": missing,
        "entered_total": row["entered"],
        "entered_day": row["entered_in_day"],
        "received_total": row["received"],
        "received_day": row["received_in_day"],
        "behind": row["behind"],
        "warned": row["flagged"],
        "ladder": row["verdict"],
        "requeued": row["requeued"],
        "not_requeued": row["not_requeued"],
        "unknown_codes": [_unknown_code(close, code) for code in unknown_codes(conn, close.key)],
        "mails": mails,
        "unwritten": unwritten,
        "problems": problems,
    }
    summary["first_thing"] = _first_thing(summary)
    summary["line"] = _line(summary)
    run(conn, "update_summary", close_key=close.key, summary=json.dumps(summary, ensure_ascii=False))
    return summary


def _gap(row: RowMapping) -> dict[str, Any]:
    until = row["acknowledged_until"]
    return {
        "code": row["registry_code"],
        "name": row["full_name"],
        "outcome": row["outcome"],
        "since": row["last_known_key"],
        "last_read_at": row["last_read_at"].isoformat() if row["last_read_at"] else None,
        "acknowledged": {"until": until.isoformat(), "why": row["acknowledged_why"]} if until else None,
    }


def _unknown_code(close: Close, row: RowMapping) -> dict[str, Any]:
    return {
        "code": row["error_code"],
        "entries": row["entries"],
        "registries": row["registries"],
        "new": row["first_key"] == close.key,
    }


def _unexpected(missing: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Registries whose silence is news: they have a connection, and nobody has acknowledged it."""
    return [gap for gap in missing if gap["outcome"] != "not_configured" and not gap["acknowledged"]]


def _problems(
    plan: Plan,
    row: RowMapping,
    missing: list[dict[str, Any]],
    mails: dict[str, int],
    unwritten: list[dict[str, str]],
) -> list[str]:
    """What is outside tolerance, in words; nothing means that the gate is green."""
    problems = []
    if row["state"] == "held":
        problems.append("the day is held: its sums do not close")
    gaps = _unexpected(missing)
    tolerated = plan.rules.close.gap_registries
    if len(gaps) > tolerated:
        problems.append(f"{len(gaps)} registries were not read, {tolerated} are within tolerance")
    if not row["ledger_read"]:
        problems.append("the Ministry's ledger was not read: received is unknown")
    if unwritten:
        offices = ", ".join(one["office"] for one in unwritten[:3]) + (", ..." if len(unwritten) > 3 else "")
        problems.append(f"{len(unwritten)} papers cannot be made and are held: {offices} ({unwritten[0]['why']})")
    short = {state: number for state, number in mails.items() if state not in ("accepted", "dropped") and number}
    if short:
        problems.append("mail fell short: " + ", ".join(f"{number} {state}" for state, number in short.items()))
    return problems


def _first_thing(summary: dict[str, Any]) -> str:
    """What a person does first: the ledger before registries, registries before mail, mail before the plan."""
    if summary["state"] == "held":
        return "find why the sums do not close; then release or drop the report that waits: desk papers list"
    if not summary["ledger_read"]:
        return "find out whether the Ministry's ledger is down, then clear pull_ledger"
    for gap in _unexpected(summary["missing"]):
        if gap["outcome"] in _FIRST_BY_OUTCOME:
            return _FIRST_BY_OUTCOME[gap["outcome"]].format(name=gap["name"])
    papers = _first_thing_about_papers(summary)
    if papers is not None:
        return papers
    if summary["unknown_codes"]:
        return _say_what_it_means(summary["unknown_codes"][0])
    if summary["missing"]:
        return "nothing: what was not read is known, and every mail was accepted"
    return "nothing: every source was read and every mail was accepted"


def _first_thing_about_papers(summary: dict[str, Any]) -> str | None:
    """None: every paper was made and accepted."""
    if summary["unwritten"]:
        one = summary["unwritten"][0]
        return f"mend what stops the paper for {one['office']} ({one['why']}), then clear write_reports"
    if summary["mails"]["refused"] or summary["mails"]["uncertain"]:
        return f"look up whom no mail reached: desk mail list --day {summary['close']} --state refused (or uncertain)"
    if summary["mails"]["held"]:
        return f"release or drop what is held: desk mail list --state held --day {summary['close']}"
    if summary["mails"]["queued"] or summary["mails"]["deferred"]:
        return "check the mail server, then clear send_mail"
    return None


def _say_what_it_means(unknown: dict[str, Any]) -> str:
    """The code that is new, or has most entries: held until the plan says what it means."""
    entries = f"{unknown['entries']:,} entries of {unknown['registries']} registries"
    new = " (new today)" if unknown["new"] else ""
    if not unknown["code"]:
        return f"ask the Ministry why transfers fail without a code: {entries}{new}"
    return f"say in error_codes.csv what {unknown['code']} means: {entries} are held{new}"


def _line(summary: dict[str, Any]) -> str:
    """`read 127/129 (one: hung since ...; 2 acknowledged) · closed · received 1,234 (+56) · ... · mails 9/9`."""
    mails = summary["mails"]
    missing = _missing_in_words(summary["missing"])
    return " · ".join(
        [
            f"read {summary['read']}/{summary['expected']}" + (f" ({missing})" if missing else ""),
            summary["state"],
            f"entered {_cases(summary['entered_total'], summary['entered_day'])}",
            f"received {_cases(summary['received_total'], summary['received_day'])}",
            f"behind {summary['behind']}, warned {summary['warned']}",
            f"re-queued {summary['requeued']}",
            f"mails {mails['accepted']}/{sum(mails.values()) - mails['dropped']}",
        ]
    )


def _missing_in_words(missing: list[dict[str, Any]]) -> str:
    """Up to three that nobody expected by name, then the numbers of those that are known."""
    gaps = _unexpected(missing)
    words = [f"{gap['name']}: {gap['outcome']}{_last_seen(gap)}" for gap in gaps[:3]]
    if len(gaps) > 3:
        words.append(f"{len(gaps) - 3} more")
    acknowledged = sum(bool(gap["acknowledged"]) for gap in missing)
    not_configured = sum(gap["outcome"] == "not_configured" and not gap["acknowledged"] for gap in missing)
    for number, what in ((acknowledged, "acknowledged"), (not_configured, "not configured")):
        if number:
            words.append(f"{number} {what}")
    return "; ".join(words)


def _last_seen(gap: dict[str, Any]) -> str:
    if gap["last_read_at"] is None:
        return ", never read"
    return f" since {gap['since']}" if gap["since"] else ", not read at any close yet"


def _cases(total: int | None, in_day: int | None) -> str:
    if total is None:
        return "unknown"
    return f"{total:,}" + (f" (+{in_day:,})" if in_day is not None else "")
