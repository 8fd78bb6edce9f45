"""The rehearsal's two people: what one proposed the other confirms the next day, and the burn-down moves."""

from __future__ import annotations

from datetime import timedelta

from include.campaign.warehouse import engine
from include.local import duplicate_desk
from tests.campaign.duplicate_scene import D1, D2, D3, count, entry, keyed_twice
from tests.campaign.scene import HOME, Scene


def test_a_day_confirms_what_the_day_before_proposed(scene: Scene) -> None:
    scene.book(HOME, 1)
    keyed_twice(scene, 32)
    entry(scene, 33, "33", error="DUP_PERSON")  # next to 32, which is received: a possible twin
    entry(scene, 50, "50", error="DUP_PERSON")
    scene.close(D1)

    def day(key: str) -> tuple[int, int]:
        with engine(scene.campaign).begin() as conn:
            close = scene.calendar.close(key)
            return duplicate_desk.work(conn, scene.plan, key, close.as_of + timedelta(hours=12))

    assert day(D1) == (0, 3), "a sixteenth of 34, and one suspected person"
    scene.close(D2)
    assert count(scene, D2, "remaining, proposed, decided") == (34, 3, 0)
    assert day(D2) == (3, 3)
    scene.close(D3)
    assert count(scene, D3, "remaining, proposed, decided") == (31, 3, 3)
    said = scene.rows("select act, outcome, count(*) from transfers.duplicate_act group by 1, 2 order by 1, 2")
    assert said == [
        ("confirm", "not_duplicate", 1),
        ("confirm", "same_record", 2),
        ("propose", "needs_paper", 1),
        ("propose", "not_duplicate", 1),
        ("propose", "same_record", 4),
    ]


def test_a_province_without_duplicates_has_an_idle_desk(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.close(D1)
    with engine(scene.campaign).begin() as conn:
        assert duplicate_desk.work(conn, scene.plan, D1, scene.calendar.close(D1).as_of) == (0, 0)
