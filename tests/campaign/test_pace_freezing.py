"""From closed days to what was found of them: what is read, what is frozen, and that it stays."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import text

from include.campaign.mail import post
from include.campaign.pace.freezing import judge_close, read_season
from include.campaign.pace.season import Season
from include.campaign.render import render
from include.campaign.report import write_letters
from include.campaign.warehouse import engine
from tests.campaign.conftest import FrozenTables
from tests.campaign.scene import HOME, OTHER, Scene
from tests.sources import superuser

pytestmark = pytest.mark.usefixtures("pages_alone")

TABLES = ("pace.standing", "pace.forecast", "pace.interval", "pace.judged", "pace.books", "ladder.flag")


def season_at(scene: Scene, key: str) -> Season:
    with engine(scene.campaign).begin() as conn:
        return read_season(conn, scene.plan, scene.calendar, scene.calendar.close(key))


def judge(scene: Scene, key: str) -> int:
    with engine(scene.campaign).begin() as conn:
        return judge_close(conn, scene.plan, scene.calendar, scene.calendar.close(key))


def place(scene: Scene, code: str) -> int:
    return [registry.code for registry in scene.plan.registries].index(code)


def frozen_rows(scene: Scene) -> dict[str, list[tuple]]:
    return {table: scene.rows(f"select * from {table} order by 1, 2, 3") for table in TABLES}


def quota_of(scene: Scene, code: str = HOME) -> int:
    quota = scene.plan.quota("plan37", code, "registry")
    assert quota is not None
    return quota.cases


@pytest.fixture
def three_days(scene: Scene) -> Scene:
    """A case entered before the campaign, two on 2 March, one on 5 March; one received, one refused, one queued."""
    for code in (HOME, OTHER):
        scene.book(code, 1)
    scene.registry(
        HOME,
        "insert into sohoa.entry (entry_id, book_id, entry_no, entered_at) values (9, 1, '9', '2025-02-20 09:00+07')",
    )
    scene.entry(HOME, 1, 1, "1", "02 09:00", ref="M1")
    scene.receipt(1, HOME, "1", "03 09:00")
    scene.entry(HOME, 2, 1, "2", "02 10:00")
    scene.registry(
        HOME,
        "insert into sohoa.transfer (entry_id, state, attempts, queued_at, sent_at, answered_at, error_code) values"
        " (2, 'rejected', 1, now(), '2025-03-02 12:00+07', '2025-03-02 13:00+07', 'BAD_DATE'),"
        " (9, 'queued', 0, now(), null, null, null)",
    )
    for key in ("2025-03-03", "2025-03-04"):
        scene.close(key)
    scene.entry(HOME, 3, 1, "3", "05 09:00")
    scene.close("2025-03-05")
    return scene


class TestSeason:
    """What is read of closed days."""

    def test_closes_that_were_not_carried_through_have_no_data(self, three_days: Scene) -> None:
        season = season_at(three_days, "2025-03-05")
        home = place(three_days, HOME)
        assert season.keys == tuple(f"2025-03-0{day}" for day in (1, 2, 3, 4, 5))
        assert season.instants[-1] == three_days.calendar.close("2025-03-05").as_of
        np.testing.assert_array_equal(season.done["entered"][home], [np.nan, np.nan, 3, 3, 4])
        np.testing.assert_array_equal(season.done["received"][home], [np.nan, np.nan, 1, 1, 1])
        np.testing.assert_array_equal(season.done["collected"][home], [np.nan, np.nan, 1, 1, 1])
        np.testing.assert_array_equal(season.done["scanned"][home], [np.nan, np.nan, 0, 0, 0])
        elsewhere = place(three_days, "09103")
        assert np.isnan(season.done["entered"][elsewhere]).all()

    def test_where_transfers_stand(self, three_days: Scene) -> None:
        season = season_at(three_days, "2025-03-05")
        home, other = place(three_days, HOME), place(three_days, OTHER)
        assert season.under_way[home, -1] == 1
        assert season.refused[home, -1] == 1
        assert season.answered[home, -1] == 2
        assert season.under_way[other, -1] == season.answered[other, -1] == 0

    def test_what_books_hold(self, three_days: Scene) -> None:
        """A book without a closing total counts as the mean of the others; books hold no less than was entered."""
        home, other = place(three_days, HOME), place(three_days, OTHER)
        units = season_at(three_days, "2025-03-05").units
        assert (units.books[home], units.holdings[home], units.quota[home]) == (1, 20, quota_of(three_days))
        assert units.work[home] == 20
        three_days.book(OTHER, 2, book_no="02")
        three_days.book(OTHER, 3, book_no="03")
        three_days.registry(OTHER, "update sohoa.book set closing_total = null where book_id = 2")
        three_days.registry(OTHER, "update sohoa.book set closing_total = 40 where book_id = 3")
        three_days.registry(HOME, "update sohoa.book set closing_total = 2")
        three_days.close("2025-03-06")
        units = season_at(three_days, "2025-03-06").units
        assert (units.books[other], units.holdings[other]) == (3, 20 + 30 + 40)
        assert units.holdings[home] == 4

    def test_a_book_without_a_closing_total_counts_by_its_pages(self, three_days: Scene) -> None:
        """At the cases a page of the registry's others; without pages as their mean."""
        other = place(three_days, OTHER)
        three_days.book(OTHER, 2, book_no="02")
        three_days.book(OTHER, 3, book_no="03")
        three_days.book(OTHER, 4, book_no="04")
        three_days.registry(OTHER, "update sohoa.book set closing_total = 20, pages = 10 where book_id = 1")
        three_days.registry(OTHER, "update sohoa.book set closing_total = 100, pages = 50 where book_id = 2")
        three_days.registry(OTHER, "update sohoa.book set closing_total = null, pages = 90 where book_id = 3")
        three_days.registry(OTHER, "update sohoa.book set closing_total = null, pages = null where book_id = 4")
        three_days.close("2025-03-06")
        units = season_at(three_days, "2025-03-06").units
        assert (units.books[other], units.holdings[other]) == (4, 20 + 100 + 2 * 90 + 60)

    def test_what_books_held_at_the_first_judging_stays(self, three_days: Scene) -> None:
        judge(three_days, "2025-03-05")
        three_days.registry(HOME, "update sohoa.book set closing_total = 500")
        three_days.close("2025-03-06")
        assert season_at(three_days, "2025-03-05").units.holdings[place(three_days, HOME)] == 20
        assert season_at(three_days, "2025-03-06").units.holdings[place(three_days, HOME)] == 500

    def test_what_was_taken_out_is_seen_though_the_past_is_restated(self, three_days: Scene) -> None:
        three_days.registry(HOME, "delete from sohoa.entry where entry_id in (3, 9)")
        three_days.close("2025-03-06")
        season, home = season_at(three_days, "2025-03-06"), place(three_days, HOME)
        np.testing.assert_array_equal(season.done["entered"][home], [np.nan, np.nan, 3, 3, 2, 2])
        assert season.dropped is not None
        np.testing.assert_array_equal(season.dropped[home], [np.nan, np.nan, 0, 0, 0, 2])
        # Judged again, the day before does not know it yet.
        np.testing.assert_array_equal(
            season_at(three_days, "2025-03-05").done["entered"][home], [np.nan, np.nan, 3, 3, 4]
        )

    def test_a_held_close_is_no_data(self, three_days: Scene) -> None:
        with superuser(three_days.campaign) as conn:
            conn.execute("update closing.close set state = 'held' where close_key = '2025-03-04'")
        entered = season_at(three_days, "2025-03-05").done["entered"][place(three_days, HOME)]
        np.testing.assert_array_equal(entered, [np.nan, np.nan, 3, np.nan, 4])

    def test_a_quota_that_is_another_units_is_not_its_own(self, three_days: Scene) -> None:
        with superuser(three_days.campaign) as conn:
            conn.execute(
                "update closing.progress set origin = 'derived' where registry_code = %s and baseline = 'plan37'",
                [OTHER],
            )
        own = season_at(three_days, "2025-03-05").units.own_quota
        assert own[place(three_days, HOME)]
        assert not own[place(three_days, OTHER)]
        assert not own[place(three_days, "091")], "a district's own registry has no quota"

    def test_a_close_that_is_closed_again_is_added_up_again(self, three_days: Scene) -> None:
        """The registry was read after the day: how many books it had then is known from then on."""
        three_days.close("2025-03-06", unread=(HOME,))
        home = place(three_days, HOME)
        assert np.isnan(season_at(three_days, "2025-03-06").done["collected"][home, -1])
        three_days.close("2025-03-06", now="07 06:00")
        assert season_at(three_days, "2025-03-06").done["collected"][home, -1] == 1


class TestFreezing:
    """What is kept of a judgement."""

    def test_flags_with_the_figures_of_their_rules(self, three_days: Scene) -> None:
        quota = quota_of(three_days)
        three_days.registry(HOME, "update sohoa.book set closing_total = 900")
        for key in ("2025-03-03", "2025-03-04", "2025-03-05"):
            judge(three_days, key)
        flags = three_days.rows(
            "select close_key, stage, owner, quota, done, due, needed_per_day::float, streak, newly,"
            " (figures ->> 'days_behind')::float from ladder.flag"
            f" where registry_code = '{HOME}' and kind = 'behind' order by 1"
        )
        assert [flag[7:9] for flag in flags] == [(1, True), (2, False), (3, False)]
        due = math.ceil(quota * (4 + 18 / 24) / 15)
        needed = (quota - 4) / (15 - 4 - 18 / 24)
        assert flags[-1][:6] == ("2025-03-05", "entered", "unit", quota, 4, due)
        assert flags[-1][6] == pytest.approx(needed, abs=0.001)
        assert flags[-1][9] == pytest.approx(4 + 18 / 24 - 15 * 4 / quota, abs=0.001)

    def test_a_registry_that_was_not_read_is_silent_and_nothing_else(self, three_days: Scene) -> None:
        judge(three_days, "2025-03-05")
        three_days.close("2025-03-06", unread=(HOME,))
        judge(three_days, "2025-03-06")
        told = three_days.rows(
            f"select kind, owner from ladder.flag where registry_code = '{HOME}' and close_key = '2025-03-06'"
        )
        assert told == [("silent", "line")]
        three_days.close("2025-03-07")
        judge(three_days, "2025-03-07")
        behind = three_days.rows(
            f"select streak from ladder.flag where registry_code = '{HOME}' and kind = 'behind' order by close_key"
        )
        assert behind == [(1,), (2,)], "a row goes on where a registry is known again"

    def test_every_unit_has_its_forecast_and_every_registry_its_stages(self, three_days: Scene) -> None:
        judge(three_days, "2025-03-05")
        registries, areas = len(three_days.plan.registries), 3
        counted = dict(three_days.rows("select scope, count(*) from pace.forecast group by 1"))
        assert counted == {"registry": 2 * registries, "area": 2 * areas, "province": 2}
        stages = three_days.rows("select stage, count(*) from pace.standing group by 1 order by 1")
        assert stages == [(stage, registries) for stage in sorted(three_days.plan.rules.roadmap)]
        judged = three_days.rows("select registry_code from pace.judged where judged order by 1")
        assert judged == [(HOME,), (OTHER,)]

    def test_judged_again_it_is_the_same(self, three_days: Scene) -> None:
        for key in ("2025-03-04", "2025-03-05"):
            judge(three_days, key)
        before = frozen_rows(three_days)
        assert all(before.values())
        for key in ("2025-03-05", "2025-03-04", "2025-03-05"):
            judge(three_days, key)
        assert frozen_rows(three_days) == before

    def test_what_people_were_told_stays(self, three_days: Scene) -> None:
        close = three_days.calendar.close("2025-03-05")
        judge(three_days, close.key)
        with engine(three_days.campaign).begin() as conn:
            papers = [render(letter) for letter in write_letters(conn, three_days.plan, three_days.calendar, close)]
            post(conn, close, papers, close.as_of, "run")
        before = frozen_rows(three_days)
        three_days.entry(HOME, 4, 1, "4", "04 09:00")
        three_days.close("2025-03-05", now="05 20:00")
        assert judge(three_days, close.key) == len(before["ladder.flag"])
        assert frozen_rows(three_days) == before

    @pytest.mark.parametrize("doubt", ["state = 'held'", "kind = 'tail'"])
    def test_nobody_is_judged_by_a_held_close_nor_in_the_tail(self, three_days: Scene, doubt: str) -> None:
        judge(three_days, "2025-03-05")
        key = "2025-03-05"
        if "tail" in doubt:
            key = "2025-03-22"
            three_days.close(key)
        else:
            with superuser(three_days.campaign) as conn:
                conn.execute(f"update closing.close set {doubt} where close_key = '{key}'".encode())
        assert judge(three_days, key) == 0
        for table in TABLES:
            if table != "pace.books":
                assert three_days.rows(f"select count(*) from {table} where close_key = '{key}'") == [(0,)], table


class TestBacktest:
    """Forecasts of earlier closes against what came."""

    def forecast(self, frozen: FrozenTables, key: str, code: str, *, p50: float, chance: float, naive: float) -> None:
        frozen.insert(
            "pace.forecast",
            close_key=key,
            unit_code=code,
            scope="registry",
            stage="entered",
            remaining=10,
            p50_days=p50,
            chance=chance,
            shrunk=False,
            naive_days=naive,
        )

    def interval(self, frozen: FrozenTables, made: str, key: str, ahead: int, code: str, *figures: float) -> None:
        columns = dict(zip(("low", "middle", "high", "naive"), figures, strict=True))
        frozen.insert(
            "pace.interval", close_key=made, for_key=key, ahead=ahead, unit_code=code, scope="registry", **columns
        )

    def test_intervals_of_registries_at_work(self, frozen: FrozenTables) -> None:
        for key, entered in (("2025-03-04", 80), ("2025-03-05", 100), ("2025-03-06", 130)):
            close = frozen.close(key)
            for code in ("09101", "09102"):
                frozen.registry(close, code, (entered, 0))
        self.forecast(frozen, "2025-03-04", "09101", p50=5, chance=1, naive=5)
        self.forecast(frozen, "2025-03-05", "09101", p50=5, chance=1, naive=5)
        self.forecast(frozen, "2025-03-04", "09102", p50=0, chance=1, naive=0)
        self.interval(frozen, "2025-03-04", "2025-03-05", 1, "09101", 90, 95, 100.4, 120)  # 100: held
        self.interval(frozen, "2025-03-05", "2025-03-06", 1, "09101", 101, 110, 120, 120)  # 130: not
        self.interval(frozen, "2025-03-04", "2025-03-06", 2, "09101", 100.5, 120, 140, 150)  # 130: held
        self.interval(frozen, "2025-03-04", "2025-03-05", 1, "09102", 80, 80, 80, 80)  # was finished
        self.interval(frozen, "2025-03-05", "2025-03-08", 3, "09101", 0, 0, 0, 0)  # has not come
        self.score(frozen, "insert_backtests", close_key="2025-03-06", baseline="plan37")
        found = frozen.conn.execute(
            text("select ahead, intervals, held, error_middle, error_naive from pace.backtest order by 1")
        ).fetchall()
        assert [tuple(row) for row in found] == [
            (0, 3, 2, (5 + 20 + 10) / 3, (20 + 10 + 20) / 3),
            (1, 2, 1, 12.5, 15),
            (2, 1, 1, 10, 20),
        ]

    def test_chances_once_it_is_known_who_made_it(self, frozen: FrozenTables) -> None:
        milestone = frozen.calendar.close("2025-03-15").as_of + timedelta(hours=6)
        for key in ("2025-03-10", "2025-03-15", "2025-03-16"):
            frozen.close(key)
        made, missed, between = "09101", "09102", "09103"
        for code, chance, naive in ((made, 0.9, 9.0), (missed, 0.3, 4.0), (between, 0.0, 1.0)):
            self.forecast(frozen, "2025-03-10", code, p50=5, chance=chance, naive=naive)
        for code, before, after in ((made, 0, 0), (missed, 3, 2), (between, 1, 0)):
            self.forecast(frozen, "2025-03-15", code, p50=before, chance=0.5, naive=0.1)
            self.forecast(frozen, "2025-03-16", code, p50=after, chance=0, naive=0.1)
        rule = {"close_key": "2025-03-16", "stage": "entered", "milestone": milestone}
        self.score(frozen, "insert_chance_score", **rule)
        ((chances, brier, naive),) = frozen.conn.execute(
            text("select chances, brier, brier_naive from pace.chance_score")
        ).fetchall()
        # Of 10 March: 0.9 made, 0.3 missed; of 15 March: 0.5 missed. The straight line said no, yes, yes.
        assert chances == 3
        assert brier == pytest.approx((0.1**2 + 0.3**2 + 0.5**2) / 3)
        assert naive == pytest.approx((1 + 1 + 1) / 3)

    def score(self, frozen: FrozenTables, name: str, **values: object) -> None:
        from include.campaign.warehouse import run  # noqa: PLC0415

        run(frozen.conn, f"pace/{name}", **values)
