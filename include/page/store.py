"""Reads what the page shows: frozen tables of the campaign database, with time-outs that a waiting reader can bear."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sqlalchemy import Engine, NullPool, create_engine

from include.campaign.days import Calendar
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Contact, Plan
from include.campaign.report.burnup import burn_up
from include.campaign.report.frozen import FrozenDay, read_day
from include.campaign.report.models import AreaDay, RegistryDay
from include.campaign.report.sums import area_day
from include.campaign.warehouse import fetch
from include.page.burndown import BurnLine, burn_lines
from include.page.burnup import Drawn, drawn
from include.page.grid import Grid, make_grid

CONNECT_SECONDS = 3
STATEMENT_SECONDS = 8


@dataclass(frozen=True)
class Gap:
    """A registry without data at the newest close, and whom to ring."""

    registry: RegistryDay
    contact: Contact | None


@dataclass(frozen=True)
class Status:
    """All that the page says.

    `areas`, `burnups`, `duplicates`: the province, then units just below it; empty before any close.
    """

    grid: Grid
    areas: tuple[AreaDay, ...] = ()
    gaps: tuple[Gap, ...] = ()
    burnups: tuple[Drawn, ...] = ()
    duplicates: tuple[BurnLine, ...] = ()


@cache
def _engine(endpoint: Endpoint) -> Engine:
    # No pool: the page is looked at now and then, and a database that came back must be found at once.
    return create_engine(
        endpoint.sqlalchemy_url,
        poolclass=NullPool,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c timezone=UTC -c jit=off -c statement_timeout={STATEMENT_SECONDS * 1000} "
            "-c default_transaction_read_only=on",
            "application_name": "campaign_page",
        },
    )


def read_status(endpoint: Endpoint, plan: Plan) -> Status:
    """The page's figures in one snapshot.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the campaign database cannot be asked.
    """
    calendar = Calendar(plan.rules)
    zone = plan.rules.campaign.timezone
    with _engine(endpoint).connect().execution_options(isolation_level="REPEATABLE READ") as conn:
        grid = make_grid(fetch(conn, "select_page_closes"), fetch(conn, "select_page_sources"), zone)
        if grid.newest is None:
            return Status(grid)
        day = read_day(conn, plan, calendar, calendar.close(grid.newest.key))
    areas = tuple(
        area_day(
            area["code"],
            area["full_name"],
            area["quota"],
            [row for row in day.registries if not place or row.area_code == area["code"]],
        )
        for place, area in enumerate(day.areas)
    )
    gaps = tuple(Gap(row, _contact(plan, row)) for row in day.registries if not row.read)
    return Status(grid, areas, gaps, _burn_ups(day), burn_lines(day.duplicates.course, areas[0].name))


def _burn_ups(day: FrozenDay) -> tuple[Drawn, ...]:
    found = []
    for place, row in enumerate(day.areas):
        quota = sum(one.quota or 0 for one in day.registries if not place or one.area_code == row["code"])
        found.append(burn_up(day.courses, row["code"], row["full_name"], quota, area=place > 0))
    return tuple(drawn(one) for one in found if one is not None)


def _contact(plan: Plan, registry: RegistryDay) -> Contact | None:
    try:
        return plan.contact(registry.code, "civil_status", plan.rules.campaign.last_day)
    except (LookupError, KeyError):  # the plan on disk is a later one than the close's
        return None
