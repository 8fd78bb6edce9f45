"""The duplicate desk over a whole campaign with all its weather: its counts against the classes and the acts."""

from __future__ import annotations

from tests.campaign.played import Played
from tests.sources import superuser


def rows(played: Played, query: str) -> list[tuple]:
    with superuser(played.campaign) as conn:
        return conn.execute(query.encode()).fetchall()


def test_what_stands_is_the_class_of_duplicates_at_every_close(played: Played) -> None:
    compared = rows(
        played,
        """
        select d.close_key, d.registry_code, d.phase, d.standing, coalesce(sum(c.items), 0)::integer
        from closing.duplicate_count as d
        left join closing.class_count as c
            on (d.close_key, d.registry_code, d.phase, 'E6-duplicate')
            = (c.close_key, c.registry_code, c.phase, c.class)
        where d.looked
        group by d.close_key, d.registry_code, d.phase, d.standing
        """,
    )
    assert len(compared) > 400 and any(standing for _, _, _, standing, _ in compared)
    assert [row for row in compared if row[3] != row[4]] == []


def test_yesterdays_remaining_and_todays_changes_are_todays(played: Played) -> None:
    found = rows(
        played,
        """
        select registry_code, phase, close_key, remaining, new, decided, gone
        from closing.duplicate_count
        order by registry_code, phase, close_key
        """,
    )
    before: dict[tuple, int] = {}
    for code, phase, key, remaining, new, decided, gone in found:
        assert before.get((code, phase), 0) + new - decided - gone == remaining, (code, phase, key)
        before[code, phase] = remaining
    assert sum(row[5] for row in found), "the desk decided something"


def test_every_paper_keyed_twice_has_its_first_keying_as_partner(played: Played) -> None:
    """Where the world keyed a paper twice and the Ministry has the first, the desk suggests the same record."""
    told = rows(
        played,
        """
        select count(*), count(*) filter (where d.kind = 'technical'),
            count(*) filter (where d.suggested = 'same_record'),
            count(*) filter (
                where (b.book_id, mirror.fold(e.entry_no)) = (o.book_id, mirror.fold(o.entry_no))
            )
        from transfers.duplicate as d
        inner join mirror.entry as e using (registry_code, entry_id)
        inner join mirror.book as b on (e.registry_code, e.book_id) = (b.registry_code, b.book_id)
        left join mirror.entry as o on (d.partner_registry, d.partner_entry_id) = (o.registry_code, o.entry_id)
        where d.gone_key is null and d.error_code = 'DUP_RECORD' and d.remaining
        """,
    )
    [(cases, technical, suggested, same_place)] = told
    assert cases == technical > 0
    # Of a few first keyings the receipt is not told apart from another's, or was cancelled.
    assert suggested >= 0.9 * cases and same_place >= 0.95 * cases


def test_no_duplicate_went_back_but_those_that_two_people_said_are_none(played: Played) -> None:
    strangers = rows(
        played,
        """
        select t.registry_code, t.entry_id
        from transfers.decision as t
        where t.outcome = 'duplicate' and t.action = 'put_back'
            and not exists (
                select 1
                from transfers.duplicate as d
                inner join transfers.duplicate_act as a using (duplicate_id)
                where (d.registry_code, d.entry_id) = (t.registry_code, t.entry_id)
                    and a.act = 'confirm' and a.outcome = 'not_duplicate' and a.by_whom != a.proposed_by
            )
        """,
    )
    assert strangers == []
    assert rows(played, "select count(*) > 0 from transfers.decision where rule = 'not a duplicate'") == [(True,)]
