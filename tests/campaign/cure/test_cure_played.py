"""Cures over a whole campaign: what each evening kept."""

from __future__ import annotations

import pytest

from tests.campaign.played import Played
from tests.sources import superuser


def rows(played: Played, query: str) -> list[tuple]:
    with superuser(played.campaign) as conn:
        return conn.execute(query).fetchall()


def test_reports_of_all_days_are_kept_and_late_ones_by_the_close_that_saw_them(played: Played) -> None:
    [(kept, reported)] = rows(
        played,
        "select count(p), count(*) from mirror.daily_report as d"
        " inner join closing.close as c on d.report_date = c.day and c.kind = 'daily'"
        " left join cure.present as p on c.close_key = p.close_key and d.registry_code = p.registry_code",
    )
    assert kept == reported > 100
    assert rows(played, "select count(*) > 0 from cure.present where known_at > close_key") == [(True,)]
    assert rows(played, "select count(*) from cure.present where known_at < close_key") == [(0,)]


def test_needs_are_told_as_long_as_a_milestone_lies_ahead(played: Played) -> None:
    keys = [row[0] for row in rows(played, "select distinct close_key from cure.need order by 1")]
    assert keys[0] == "2025-03-01" and keys[-1] <= "2025-03-19"
    assert rows(played, "select count(*) from cure.need where days < 1 or chance not between 0 and 1") == [(0,)]
    untold = "select count(*) from cure.need where close_key >= '2025-03-03' and per_person_day is null"
    assert rows(played, untold) == [(0,)], "from the second day on somebody's cases per person-day are known"


def test_proposals_keep_to_districts_their_neighbours_and_who_is_there(played: Played) -> None:
    found = rows(
        played,
        "select p.receiver, p.giver, p.kind, p.people, p.neighbouring, p.giver_chance, n.chance,"
        " case p.kind when 'youth_union' then t.youth_union when 'it_teachers' then t.it_teachers"
        " when 'it_staff' then t.it_staff when 'border_guards' then t.border_guards end"
        " from cure.proposal as p"
        " inner join cure.need as n on p.close_key = n.close_key and p.receiver = n.registry_code"
        " cross join lateral (select * from cure.present as t where t.registry_code = p.giver"
        " and t.close_key <= p.close_key and t.known_at <= p.close_key order by t.close_key desc limit 1) as t",
    )
    if not found:
        pytest.fail("a campaign in which nobody could help anybody shows nothing")
    for receiver, giver, kind, people, neighbouring, giver_chance, chance, there in found:
        home, away = (played.plan.district_of(code) for code in (receiver, giver))
        assert home is not None and away is not None
        assert neighbouring == (home != away)
        assert home == away or away.code in played.plan.neighbours_of(home.code)
        assert giver_chance >= played.plan.rules.cure.giver_chance and chance < played.plan.rules.cure.wanted_chance
        assert people <= there
        assert kind != "border_guards" or played.plan.units[receiver].border


def test_border_guards_are_there_as_promised(played: Played) -> None:
    found = rows(
        played,
        "select close_key, promised, present from cure.force"
        " where kind = 'border_guards' and unit_code = '09302' and reported = 1 order by 1",
    )
    assert len(found) > 10 and found[0][0] >= "2025-03-04" and {row[1:] for row in found} == {(2, 2.0)}


def test_what_became_of_letters_and_of_people_who_came_is_followed(played: Played) -> None:
    kinds = dict(rows(played, "select kind, count(*) from cure.effect group by kind"))
    assert kinds.keys() <= {"reinforced", "escalated"} and kinds
    early = "select count(*) from cure.effect where event_key >= close_key"
    assert rows(played, early) == [(0,)]
