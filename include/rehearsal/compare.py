"""The system's frozen figures held against the world's truth: every close, registry, register, phase and figure.

Used by the tests at small scale and by `python -m include.rehearsal.compare` at any scale.
"""

from __future__ import annotations

import argparse
import sys

import pandas as pd
import psycopg

from include.rehearsal.compare_breaks import break_differences
from include.rehearsal.compare_transfers import transfer_differences
from include.rehearsal.truth import FIGURES

KEY = ["close_key", "registry_code", "register", "phase"]
CODE_KEY = [*KEY, "state", "error_code"]
RESTATED_KEY = [*KEY, "figure"]
CLASS_KEY = ["close_key", "registry_code", "register", "opened_year", "phase", "side", "class"]

_FIRST_CLOSED = """
    select distinct on (close_key, registry_code, register, phase, figure)
        close_key, registry_code, register, phase, figure, old
    from closing.restatement
    where why = 'source changed'
    order by close_key, registry_code, register, phase, figure, restatement_id
"""

# What was found between a close and the end of the next; what a later settling finds is the truth of no close.
_RESTATED = """
    select
        r.close_key, r.registry_code, r.register, r.phase, r.figure,
        (array_agg(r.old order by r.restatement_id))[1] as old,
        (array_agg(r.new order by r.restatement_id desc))[1] as new,
        n.close_key as seen_at
    from closing.restatement as r
    inner join closing.close as c on r.close_key = c.close_key
    cross join lateral (
        select x.close_key, x.closed_at from closing.close as x
        where x.close_key > r.close_key and x.closed_at is not null order by x.close_key limit 1
    ) as n
    where r.why = 'source changed' and r.restated_at > c.closed_at and r.restated_at <= n.closed_at
    group by r.close_key, r.registry_code, r.register, r.phase, r.figure, n.close_key
"""

_READ = """
    select close_key, registry_code, state_read_at is not null as was_read, outcome
    from closing.registry_close
"""


def differences(campaign: psycopg.Connection, truth: psycopg.Connection) -> list[str]:
    """Every place where a closed figure is not the truth; none means that all are equal.

    Compared is each close as it was first closed: of a registry that it read for the close, every figure, every
    count by error code and by class, and every break it saw; and whether it read exactly the registries that could be
    read.

    Args:
        campaign: connection to the campaign database.
        truth: connection to the world's database `truth`.

    Returns:
        Lines "close registry register phase: figure is X, truth Y", in order.

    Raises:
        LookupError: nothing was closed, so nothing would be compared.
    """
    read = _table(campaign, _READ)
    if read.empty:
        raise LookupError("the campaign database holds no close: nothing to compare")
    found = _wrongly_read(read, truth)
    known = read[read["was_read"]][["close_key", "registry_code"]]
    columns = ", ".join((*KEY, *FIGURES))
    found += _unequal(
        _first_closed(campaign, columns).merge(known, on=["close_key", "registry_code"]),
        _table(truth, f"select {columns} from truth.figure").merge(known, on=["close_key", "registry_code"]),
        KEY,
        list(FIGURES),
    )
    codes = ", ".join((*CODE_KEY, "entries"))
    found += _unequal(
        _table(campaign, f"select {codes} from closing.code_count"),
        _table(truth, f"select {codes} from truth.code_count").merge(known, on=["close_key", "registry_code"]),
        CODE_KEY,
        ["entries"],
    )
    classes = ", ".join((*CLASS_KEY, "items"))
    found += _unequal(
        _table(campaign, f"select {classes} from closing.class_count where registry_code != ''"),
        _table(truth, f"select {classes} from truth.class_count").merge(known, on=["close_key", "registry_code"]),
        CLASS_KEY,
        ["items"],
    )
    return found + break_differences(campaign, truth)


def restatement_differences(campaign: psycopg.Connection, truth: psycopg.Connection) -> list[str]:
    """Every place where what a close found changed in the figures of the close before is not the truth.

    Compared are registries that both closes read: what was not read changed for us by late data.

    Args:
        campaign: connection to the campaign database.
        truth: connection to the world's database `truth`.
    """
    read = _table(campaign, _READ)
    known = read[read["was_read"]][["close_key", "registry_code"]]
    ours = _table(campaign, _RESTATED)
    ours = ours[ours["old"] != ours["new"]]
    keys = _table(campaign, "select close_key from closing.close where closed_at is not null")
    columns = ", ".join((*RESTATED_KEY, "old", "new", "seen_at"))
    theirs = _table(truth, f"select {columns} from truth.restatement").merge(
        keys.rename(columns={"close_key": "seen_at"}), on="seen_at"
    )
    both = [
        side.merge(known, on=["close_key", "registry_code"])
        .merge(known.rename(columns={"close_key": "seen_at"}), on=["seen_at", "registry_code"])
        .drop(columns="seen_at")
        for side in (ours, theirs)
    ]
    return _unequal(both[0], both[1], RESTATED_KEY, ["old", "new"])


def verdict_differences(campaign: psycopg.Connection, truth: psycopg.Connection) -> list[str]:
    """Every report of itself, by a registry that a close read, on which the verdict is not the truth's.

    Args:
        campaign: connection to the campaign database.
        truth: connection to the world's database `truth`.
    """
    read, key = _table(campaign, _READ), ["close_key", "registry_code", "report_date"]
    known = read[read["was_read"]][key[:2]]
    theirs, ours = (
        _table(conn, f"select close_key, registry_code, report_date, verdict from {room}.self_report").merge(known)
        for conn, room in ((truth, "truth"), (campaign, "closing"))
    )
    both = theirs.merge(ours, on=key, how="outer", suffixes=("_truth", "")).fillna("none").sort_values(key)
    rows: list[list[object]] = both[both["verdict"] != both["verdict_truth"]].values.tolist()
    return [f"{close} {code} report of {day}: verdict is {mine}, truth {true}" for close, code, day, true, mine in rows]


def _first_closed(campaign: psycopg.Connection, columns: str) -> pd.DataFrame:
    """Figures as they were first closed: what a later close of the same day restated is put back."""
    figures = _table(campaign, f"select {columns} from closing.figure").set_index(KEY).sort_index()
    for restated in _table(campaign, _FIRST_CLOSED).to_dict("records"):
        figures.loc[tuple(restated[column] for column in KEY), restated["figure"]] = restated["old"]
    return figures.reset_index()


def _table(conn: psycopg.Connection, query: str) -> pd.DataFrame:
    cursor = conn.execute(query.encode())
    names = [column.name for column in cursor.description or ()]
    return pd.DataFrame(cursor.fetchall(), columns=pd.Index(names))


def _wrongly_read(read: pd.DataFrame, truth: psycopg.Connection) -> list[str]:
    """Registries that were read although they could not be, or not read although they could."""
    sources = _table(truth, "select close_key, registry_code, readable, weather from truth.source")
    both = read.merge(sources, on=["close_key", "registry_code"])
    wrong = both[both["was_read"] != both["readable"]].sort_values(["close_key", "registry_code"])
    rows: list[list[str]] = wrong[["close_key", "registry_code", "outcome", "weather"]].values.tolist()
    return [f"{key} {code}: {outcome}, but the weather was {weather or 'fair'}" for key, code, outcome, weather in rows]


def _unequal(ours: pd.DataFrame, theirs: pd.DataFrame, key: list[str], figures: list[str]) -> list[str]:
    """Lines for rows that differ; a row that only one side has counts as zeros on the other."""
    both = theirs.merge(ours, on=key, how="outer", suffixes=("_truth", "")).sort_values(key)
    lines = []
    for figure in figures:
        mine, true = both[figure].fillna(0), both[f"{figure}_truth"].fillna(0)
        for place in both.index[mine != true]:
            name = " ".join(map(str, both.loc[place, key]))
            lines.append(f"{name}: {figure} is {mine[place]:g}, truth {true[place]:g}")
    return lines


def main() -> int:
    """Compare two databases given as connection strings; exit 1 when they differ."""
    parser = argparse.ArgumentParser(prog="python -m include.rehearsal.compare", description=__doc__)
    parser.add_argument("campaign", help="the campaign database, postgresql://user:password@host:port/campaign")
    parser.add_argument("truth", help="the world's truth, postgresql://user:password@host:port/truth")
    asked = parser.parse_args()
    with psycopg.connect(asked.campaign) as campaign, psycopg.connect(asked.truth) as truth:
        found = [
            *differences(campaign, truth),
            *restatement_differences(campaign, truth),
            *verdict_differences(campaign, truth),
            *transfer_differences(campaign, truth),
        ]
        closes = campaign.execute("select count(*) from closing.close where closed_at is not null").fetchone()
        figures = campaign.execute("select count(*) from closing.figure").fetchone()
        put_back = truth.execute("select count(*) from truth.put_back").fetchone()
    for line in found:
        print(line)
    rows = figures[0] if figures else 0
    transfers = f"{put_back[0] if put_back else 0} transfers put back"
    compared = f"{closes[0] if closes else 0} closes, {rows} rows of {len(FIGURES)} figures, {transfers}"
    print(f"{compared}: {len(found)} differ from the truth")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
