"""`poison`, `redrive`: what is through with its attempts, and sending back in bulk what does not go back by itself.

poison counts|list [--outcome OUTCOME] [--code CODE] [--district CODE] [--registry CODE] [--last N] [--csv FILE]
redrive ask CHOICE --per-wave N                       what it would be about: nothing is done
redrive ask CHOICE --per-wave N --do --why TEXT --by NAME
redrive list
redrive stop ID --why TEXT --by NAME
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import RowMapping

from include.campaign.desk.columns import write_columns, write_csv
from include.campaign.desk.command import Desk, DeskError
from include.campaign.redrive import Choice, Refusal, ask_redrive, check_choice, redrives, stop_redrive, stopped
from include.campaign.warehouse import fetch

_STOPPED = ("district", "name", "why it stopped", "outcome", "code", "entries", "since")
_POISONED = ("registry", "entry", "outcome", "code", "register", "year", "book", "number", "sends", "since")
_REDRIVES = ("id", "state", "asked at", "by", "about", "a wave", "entries", "taken", "put back", "untold", "why")


def add_poison(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `poison` and what it can do."""
    parser = subparsers.add_parser("poison", help="entries that failed the same way through all their attempts")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    counts = acts.add_parser("counts", help="how many, by district, outcome and code")
    counts.set_defaults(run=_counts)
    listed = acts.add_parser("list", help="which entries, the longest first")
    listed.add_argument("--last", type=int, default=50, metavar="N", help="at most so many (50)")
    listed.add_argument("--csv", type=Path, metavar="FILE", help="all of them into a file for a spreadsheet")
    listed.set_defaults(run=_list)
    for one in (counts, listed):
        _add_choice(one)


def add_redrive(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `redrive` and what it can do."""
    parser = subparsers.add_parser("redrive", help="send back in bulk what is held or through with its attempts")
    acts = parser.add_subparsers(required=True, metavar="ACT")

    asked = acts.add_parser("ask", help="what would go back; with --do it is asked for")
    _add_choice(asked)
    asked.add_argument("--all", action="store_true", help="everything that stands stopped")
    asked.add_argument("--per-wave", type=int, required=True, metavar="N", help="at most so many at each deciding")
    asked.add_argument("--do", action="store_true", help="ask for it; without, nothing is done")
    asked.add_argument("--why", default="", metavar="TEXT", help="no names of persons")
    asked.add_argument("--by", default="", metavar="NAME", help="who asks")
    asked.set_defaults(run=_ask)

    acts.add_parser("list", help="what was asked for, and what became of it").set_defaults(run=_redrives)

    ended = acts.add_parser("stop", help="take no more of one")
    ended.add_argument("id", type=int, metavar="ID")
    ended.add_argument("--why", required=True, metavar="TEXT", help="no names of persons")
    ended.add_argument("--by", required=True, metavar="NAME", help="who says so")
    ended.set_defaults(run=_stop)


def _add_choice(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--outcome", metavar="OUTCOME", help="of one class of failure (outcomes.csv)")
    parser.add_argument("--code", metavar="CODE", help="with one error code")
    parser.add_argument("--district", metavar="CODE", help="of one district")
    parser.add_argument("--registry", metavar="CODE", help="of one registry")


def _choice(desk: Desk, given: argparse.Namespace) -> Choice:
    choice = Choice(given.outcome, given.code, given.district, given.registry)
    try:
        check_choice(desk.plan, choice)
    except Refusal as refusal:
        raise DeskError(str(refusal)) from None
    return choice


def _counts(desk: Desk, given: argparse.Namespace) -> None:
    choice = _choice(desk, given)
    with desk.engine.connect() as conn:
        rows = stopped(conn, choice, "poison")
    _write_stopped(desk, rows)


def _list(desk: Desk, given: argparse.Namespace) -> None:
    choice = _choice(desk, given)
    with desk.engine.connect() as conn:
        at_most = None if given.csv else given.last
        rows = fetch(conn, "redrive/select_poisoned", **asdict(choice), at_most=at_most)
    zone = desk.plan.rules.campaign.timezone
    lines = [(*map(str, list(row.values())[:-1]), f"{row['since'].astimezone(zone):%Y-%m-%d %H:%M}") for row in rows]
    if given.csv:
        write_csv(given.csv, [_POISONED, *lines])
        desk.out.write(f"{len(lines)} entries are in {given.csv}\n")
        return
    write_columns(desk.out, [_POISONED, *lines])
    if len(rows) == given.last:
        desk.out.write(f"... at most {given.last} are shown: --last N, or --csv FILE for all\n")


def _ask(desk: Desk, given: argparse.Namespace) -> None:
    choice = _choice(desk, given)
    if choice.is_everything and not given.all:
        raise DeskError("choose by --outcome, --code, --district or --registry, or say --all")
    with desk.engine.begin() as conn:
        rows = stopped(conn, choice)
        _write_stopped(desk, rows)
        entries = sum(row["entries"] for row in rows)
        waves = -(-entries // max(given.per_wave, 1))
        if not given.do:
            desk.out.write(f"nothing is done: with --do, {entries} go back in {waves} waves or more\n")
            return
        try:
            redrive_id, entries = ask_redrive(conn, desk.plan, choice, given.per_wave, given.why, given.by)
        except Refusal as refusal:
            raise DeskError(str(refusal)) from None
    desk.out.write(f"redrive {redrive_id} is recorded: {entries} entries, at most {given.per_wave} a wave\n")


def _redrives(desk: Desk, given: argparse.Namespace) -> None:
    with desk.engine.connect() as conn:
        rows = redrives(conn)
    zone = desk.plan.rules.campaign.timezone
    lines = [
        (
            str(row["redrive_id"]),
            row["state"],
            f"{row['asked_at'].astimezone(zone):%Y-%m-%d %H:%M}",
            row["asked_by"],
            _about(row),
            *(str(row[column]) for column in ("per_wave", "entries", "taken", "put_back", "untold")),
            row["why"] + (f"; stopped by {row['stopped_by']}: {row['stopped_why']}" if row["stopped_by"] else ""),
        )
        for row in rows
    ]
    write_columns(desk.out, [_REDRIVES, *lines])


def _stop(desk: Desk, given: argparse.Namespace) -> None:
    with desk.acting(Refusal) as conn:
        stop_redrive(conn, given.id, given.why, given.by)
    desk.out.write(f"redrive {given.id} is stopped\n")


def _about(row: RowMapping) -> str:
    chosen = [row[column] for column in ("outcome", "error_code", "area_code", "registry_code") if row[column]]
    return " ".join(chosen) or "everything"


def _write_stopped(desk: Desk, rows: Sequence[RowMapping]) -> None:
    """A line per district, reason, outcome and code, and their sum."""
    zone = desk.plan.rules.campaign.timezone
    sums: dict[tuple[str, str, str, str], list[RowMapping]] = {}
    for row in rows:
        sums.setdefault((row["area_code"], row["kind"], row["outcome"], row["error_code"]), []).append(row)
    lines = [
        (
            area,
            desk.plan.full_name(area),
            kind,
            outcome,
            code or "(none)",
            str(sum(row["entries"] for row in found)),
            f"{min(row['since'] for row in found).astimezone(zone):%Y-%m-%d %H:%M}",
        )
        for (area, kind, outcome, code), found in sums.items()
    ]
    desk.out.write(f"{sum(row['entries'] for row in rows)} entries\n")
    if lines:
        write_columns(desk.out, [_STOPPED, *lines])
