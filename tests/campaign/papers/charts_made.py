"""Charts of made-up figures, and how to look at a picture."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
from PIL import Image

from include.campaign.render.attachment import Picture
from include.campaign.render.charts import Wording
from include.campaign.render.charts.burnup import burn_up, small_burn_ups
from include.campaign.render.charts.difficulties import difficulties
from include.campaign.render.charts.duplicates import burn_down
from include.campaign.render.charts.failures import failures
from include.campaign.render.charts.heat import heat_grid
from include.campaign.render.charts.ranking import ranking
from include.campaign.render.charts.reinforcement import reinforcement
from include.campaign.render.charts.stages import stage_funnel
from include.campaign.render.templates import terms
from include.campaign.report import AreaDay, RegistryDay, Total
from include.campaign.report.burnup import BurnUp, Foretold, Standing
from include.campaign.report.difficulties import DifficultiesBlock, KindCount
from include.campaign.report.duplicates import DuplicateCounts, DuplicateLine, DuplicatesLeft
from include.campaign.report.funnel import StageSum
from include.campaign.report.models import FailureLine, Failures, Health, StateFigures
from include.campaign.report.reinforcement import Help, HelpMove

WORDING = Wording.of("vi", terms("vi"))
START = datetime(2025, 3, 1, tzinfo=timezone(timedelta(hours=7)))
END, DUE = START + timedelta(days=20), START + timedelta(days=15)
NO_STATES = StateFigures(None, None, None, None, None)


def course(done: int = 1264, planned: int = 1500, quota: int = 3000, **of: Any) -> BurnUp:
    closes = tuple(
        Standing(START + timedelta(days=day - 1, hours=18), planned * day / 5, done * day / 5, 0) for day in range(1, 6)
    )
    fan = (Foretold(START + timedelta(days=7, hours=18), 1500.2, 1700, 1900.4),)
    return replace(BurnUp("09", "Tỉnh Thí Điểm", quota, closes, fan, START, DUE, END), **of)


def area(name: str = "Huyện Lúa", quota: int | None = 100, entered: int | None = 42, received: int | None = 12,
         code: str = "091") -> AreaDay:  # fmt: skip
    sums = (Total(value, int(value is not None), 1) for value in (entered, received, 5, 3))
    return AreaDay(code, name, quota, *sums, behind=1)


def registry(code: str, name: str, quota: int | None, entered: int | None, received: int | None = 0) -> RegistryDay:
    return RegistryDay(
        code=code, name=name, full_name=name, area_code="091", outcome="ok", read=entered is not None,
        state_read_at=None, received_from_last_mirror=False, quota=quota, entered=entered, received=received,
        entered_in_day=0, received_in_day=0, states=NO_STATES, lag=None, pace=None, need=None, last_known=None,
        unread_since=None, health=Health(),
    )  # fmt: skip


def help_for(name: str, giver: str = "Xã Cho") -> Help:
    move = HelpMove(giver, "092", (("police", 3),), neighbouring=True, giver_chance=1.0)
    return Help(name, name, "091", 0.12, 0.81, (move,))


def counted(name: str, remaining: int = 90, course_: tuple[DuplicatesLeft, ...] | None = None) -> DuplicateCounts:
    closes = tuple(DuplicatesLeft(START + timedelta(days=day), 100 - day * 5, day * 5) for day in range(3))
    line = DuplicateLine(name, 100, remaining, 3, 0, 10, 0, 0, 5, 0)
    return DuplicateCounts(closes if course_ is None else course_, line, (line,), 0, 0, 0, 5, 3, 0)


def failed(*lines: FailureLine, receivers: tuple[FailureLine, ...] = ()) -> Failures:
    none = Total(None, 0, 1)
    return Failures(lines, receivers, none, none, none, None, None, 0)


def reported(*counts: KindCount) -> DifficultiesBlock:
    return DifficultiesBlock(counts=counts, standing=(), new=(), overdue=(), cleared=(), requests=())


def every(name: str) -> dict[str, Callable[[], Picture]]:
    """Every chart of something that is called `name`."""
    line = FailureLine("rejected", "X", name, 5, 7)
    return {
        "burnup": lambda: burn_up(course(name=name), WORDING),
        "burnups": lambda: small_burn_ups([course(name=name, code=str(n)) for n in range(3)], WORDING),
        "ranking": lambda: ranking([area(name), area(name, None)], WORDING),
        "heat": lambda: heat_grid(
            [area(name)], [registry("1", name, 10, 4), registry("2", name, 10, None)], WORDING, received=False
        ),
        "stages": lambda: stage_funnel([StageSum("scanned", 5, 8, 10, 1, 1)], WORDING),
        "failures": lambda: failures(failed(line, receivers=(line,)), WORDING),
        "duplicates": lambda: burn_down(counted(name), WORDING),
        "reinforcement": lambda: reinforcement([help_for(name, name)], WORDING),
        "difficulties": lambda: difficulties(reported(KindCount(name, "line", 5, 1, 2, 0)), WORDING),
    }


KINDS = tuple(every("x"))


def pixels(picture: Picture) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture.content)).convert("RGB")).astype(int)


def ink(picture: Picture) -> np.ndarray:
    """Where a picture is not its paper."""
    return (pixels(picture) != 255).any(axis=2)


def digest() -> str:
    return hashlib.sha256(b"".join(draw().content for draw in every("Huyện Lúa").values())).hexdigest()
