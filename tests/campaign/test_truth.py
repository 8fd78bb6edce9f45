"""Twenty days and the final close in a small world with all its weather: every figure equals the world's truth."""

from __future__ import annotations

import psycopg

from include.rehearsal.address import ServerAddress
from include.rehearsal.compare import differences, verdict_differences
from include.rehearsal.world import World
from tests.campaign.played import Played
from tests.sources import superuser


def test_every_figure_of_every_close_is_the_truth(played: Played) -> None:
    with superuser(played.campaign) as campaign, played.server.connect("truth") as truth:
        assert differences(campaign, truth) == []
        assert_every_report_has_its_verdict(campaign, truth)
        assert_the_world_had_weather(truth)
        assert_every_gap_was_settled(campaign)
        assert_requeues_are_the_registries_own(campaign, played.world, played.server, played.put_back)


def assert_the_world_had_weather(truth: psycopg.Connection) -> None:
    """What is proved must have been there to prove."""
    weather = dict(
        truth.execute("select weather, count(*) from truth.source where weather is not null group by 1").fetchall()
    )
    assert len(weather) >= 3, weather
    totals = truth.execute(
        "select sum(received), sum(failed), sum(rejected), sum(awaiting), sum(queued), sum(corrected) from truth.figure"
    ).fetchone()
    assert totals is not None
    assert all(total > 0 for total in totals), totals


def assert_every_report_has_its_verdict(campaign: psycopg.Connection, truth: psycopg.Connection) -> None:
    """Verdicts on registries' reports are the truth's, there is each kind to prove, and a wrong one is found."""
    assert verdict_differences(campaign, truth) == []
    judged = dict(campaign.execute("select verdict, count(*) from closing.self_report group by 1").fetchall())
    assert set(judged) == {"missing", "late", "over", "under", "matches"}, judged
    with campaign.transaction(force_rollback=True):
        campaign.execute("update closing.self_report set verdict = 'over' where verdict = 'under'")
        assert verdict_differences(campaign, truth) != []


def assert_every_gap_was_settled(campaign: psycopg.Connection) -> None:
    """What could not be read on its evening was filled by a later reading; what the state was then stays unknown."""
    late = campaign.execute(
        "select count(*), count(f.entered), count(f.received), count(f.queued) from closing.registry_close k"
        " join closing.figure f using (close_key, registry_code) where k.outcome = 'late'"
    ).fetchone()
    assert late is not None
    rows, entered, received, queued = late
    assert rows > 0
    assert (entered, received, queued) == (rows, rows, 0)
    states = campaign.execute("select distinct state from closing.close where close_key < '2025-03-20'").fetchall()
    assert states == [("closed",)]


def assert_requeues_are_the_registries_own(
    campaign: psycopg.Connection, world: World, server: ServerAddress, put_back: int
) -> None:
    """What we recorded as put back is what the registries' logs say, entry by entry; and no receipt was sent twice."""
    recorded = set(
        campaign.execute(
            "select registry_code, entry_id, requeue_key from transfers.decision where state = 'requeued'"
        ).fetchall()
    )
    logged = set()
    for code in world.registry_codes:
        with server.connect(f"registry_{code}") as conn:
            logged |= {(code, *row) for row in conn.execute("select entry_id, key from sohoa.requeue_log").fetchall()}
    assert recorded == logged
    assert len(recorded) == put_back > 0


def test_a_wrong_figure_is_found(played: Played) -> None:
    """The comparison itself can fail: one figure off by one is named, and so are breaks."""
    with (
        superuser(played.campaign) as campaign,
        played.server.connect("truth") as truth,
        campaign.transaction(force_rollback=True),
    ):
        campaign.execute(
            "update closing.figure set received = received + 1 where ctid = ("
            " select ctid from closing.figure where received > 0 and close_key = '2025-03-01' limit 1)"
        )
        found = differences(campaign, truth)
        assert len(found) == 1 and "received is" in found[0]
        # Each break differs at every close that saw it.
        spoilt = campaign.execute(
            "select count(*) from closing.break_seen"
            " where break_id in (select min(break_id) from breaks.spell union select max(break_id) from breaks.spell)"
        ).fetchone()
        assert spoilt is not None and spoilt[0] >= 2
        campaign.execute("delete from breaks.spell where break_id = (select min(break_id) from breaks.spell)")
        campaign.execute(
            "update breaks.spell set items = items + 1 where break_id = (select max(break_id) from breaks.spell)"
        )
        assert len(differences(campaign, truth)) == len(found) + spoilt[0]
