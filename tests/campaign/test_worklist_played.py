"""Worklists over a whole campaign with all its weather: they add up, and hold what they say."""

from __future__ import annotations

import pytest

from include.campaign.days import Calendar
from include.campaign.render import render
from include.campaign.report import write_letters
from include.campaign.report.worklists import WorklistBlock
from include.campaign.warehouse import engine
from tests.campaign.played import Played
from tests.sources import superuser

# What was on a registry's list at each close, with the numbers of the close before, and 0 for both where there is none.
BALANCE = """
with closes as (
    select close_key, lag(close_key) over (order by close_key) as before from closing.close
), kinds as (
    select distinct registry_code, error_code from closing.worklist_count
)
select c.close_key, k.registry_code, k.error_code,
    coalesce(b.entries, 0), coalesce(t.new, 0), coalesce(t.done, 0), coalesce(t.entries, 0)
from closes as c
cross join kinds as k
left join closing.worklist_count as t using (close_key, registry_code, error_code)
left join closing.worklist_count as b
    on b.close_key = c.before and b.registry_code = k.registry_code and b.error_code = k.error_code
"""
# Every entry on a list at a close, with the version of it that the close's reading showed.
SHOWN = """
with versions as (
    select registry_code, entry_id, t_state, t_error_code, t_attempts, since, null::bigint as until from mirror.entry
    union all
    select registry_code, entry_id, t_state, t_error_code, t_attempts, since, until from mirror.entry_past
)
select i.registry_code, i.entry_id, k.close_key, i.error_code, i.sends, v.t_state, v.t_error_code, v.t_attempts
from closing.registry_close as k
inner join worklist.item as i
    on i.registry_code = k.registry_code and i.from_key <= k.close_key
    and (i.until_key is null or i.until_key > k.close_key)
inner join versions as v
    on v.registry_code = i.registry_code and v.entry_id = i.entry_id
    and v.since <= k.reading_id and (v.until is null or v.until > k.reading_id)
where k.outcome in ('ok', 'partial')
"""


def rows(played: Played, query: str) -> list[tuple]:
    with superuser(played.campaign) as conn:
        return conn.execute(query).fetchall()


def test_every_close_adds_up(played: Played) -> None:
    found = rows(played, BALANCE)
    assert found
    assert [row for row in found if row[3] + row[4] - row[5] != row[6]] == []
    assert sum(row[4] for row in found) > 20, "entries came"
    assert sum(row[5] for row in found) > 0, "and went"


def test_what_is_on_a_list_was_shown_refused(played: Played) -> None:
    found = rows(played, SHOWN)
    assert len(found) > 20
    wrong = [row for row in found if row[5] not in ("rejected", "failed") or (row[3], row[4]) != (row[6], row[7])]
    assert wrong == []


def test_no_list_holds_what_is_in_the_ledger(played: Played) -> None:
    with superuser(played.campaign) as conn:
        received = conn.execute(
            "select i.registry_code, i.entry_id from worklist.item as i"
            " inner join matching.pair as p using (registry_code, entry_id)"
            " inner join closing.registry_close as k using (registry_code)"
            " where i.until_key is null and k.outcome in ('ok', 'partial')"
            " and k.close_key = (select max(close_key) from closing.close)"
            " and matching.live(p.received_at, p.cancelled_at, k.read_at)"
        ).fetchall()
    assert received == []


@pytest.mark.parametrize("key", ["2025-03-06", "2025-03-20"])
def test_letters_carry_the_lists_and_nothing_personal(played: Played, key: str) -> None:
    close = Calendar(played.plan.rules).close(key)
    with engine(played.campaign).connect() as conn:
        letters = write_letters(conn, played.plan, Calendar(played.plan.rules), close)
    told = [(letter, block) for letter in letters for block in letter.blocks if isinstance(block, WorklistBlock)]
    assert told
    for letter, block in told:
        [file] = [file for file in render(letter).files if file.about == f"worklist/{block.registry_code}"]
        assert file.content.count(b"\r\n") == 1 + len(block.items) == 1 + block.lists.entries
    names = {str(row[0]) for row in _names(played)}
    texts = " ".join(file.content.decode() for letter, _ in told for file in render(letter).files)
    assert not any(name in texts for name in names)


def _names(played: Played) -> list[tuple]:
    """Every person's name that a registry holds for the entries on its list."""
    found: list[tuple] = []
    for (code,) in rows(played, "select distinct registry_code from worklist.item"):
        ids = rows(played, f"select entry_id from worklist.item where registry_code = '{code}'")
        with played.server.connect(f"registry_{code}") as conn:
            found += conn.execute(
                "select full_name from sohoa.entry where full_name is not null and entry_id = any(%s)",
                [[row[0] for row in ids]],
            ).fetchall()
    assert found
    return found
