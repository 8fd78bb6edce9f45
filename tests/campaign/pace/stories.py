"""Hand-made histories: one unit among twelve that go by the roadmap, judged close by close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from include.campaign.days import Calendar
from include.campaign.pace.judgement import Flag, Judgement
from include.campaign.pace.judging import judge
from include.campaign.pace.roadmap import Roadmaps
from include.campaign.pace.season import BOOK_STAGES, STAGES, Floats, Season, Units
from include.campaign.plan.fields import Stage
from include.campaign.plan.rules import Rules

RULES = Rules.model_validate(
    {
        "campaign": {
            "name": "Thử",
            "plan_number": "1",
            "province": "45",
            "first_day": "2025-03-01",
            "last_day": "2025-03-20",
            "tail_until": "2025-03-31",
        },
        "baselines_in_force": [{"from": "2025-02-20", "baseline": "plan37"}],
        "roadmap": {
            "collected": {"from": "2025-03-01T00:00", "until": "2025-03-04T00:00"},
            "classified": {"from": "2025-03-01T00:00", "until": "2025-03-06T00:00"},
            "scanned": {"from": "2025-03-01T00:00", "until": "2025-03-11T00:00"},
            "entered": {"from": "2025-03-01T00:00", "until": "2025-03-16T00:00"},
            "attached": {"from": "2025-03-01T00:00", "until": "2025-03-16T00:00"},
            "reviewed": {"from": "2025-03-01T00:00", "until": "2025-03-19T00:00"},
            "received": {"from": "2025-03-02T00:00", "until": "2025-03-21T00:00"},
        },
    }
)
CALENDAR = Calendar(RULES)
CLOSES = CALENDAR.closes()
ROADMAPS = Roadmaps(
    "45",
    RULES.campaign.timezone,
    RULES.roadmap,
    {},
    {"entered": RULES.roadmap["entered"].until, "received": RULES.roadmap["received"].until},
)
QUOTA, BOOKS, OTHERS = 1500, 30, 12
HERO = "10000"
"""The unit that a story is about."""
NO_DATA = float("nan")


def days_of(per_day: float, closes: int, first: float = 0.75) -> list[float]:
    """So many cases a day: the first close comes after three quarters of one."""
    return [per_day * first] + [per_day] * (closes - 1)


def summed(daily: Sequence[float]) -> list[float]:
    """Cumulative figures of daily ones."""
    return list(np.cumsum(daily))


@dataclass(frozen=True)
class Story:
    """What one unit does; all others enter a hundred and five cases a day.

    Attributes:
        entered: cases entered by each close; NaN: not read.
        stages: other stages' figures; left out, they follow entering: attached at once, reviewed a day and received
            two days later, books as cases.
        figures: under_way, refused, answered, over_reported, people, dropped.
    """

    entered: Sequence[float]
    stages: Mapping[Stage, Sequence[float]] = field(default_factory=dict)
    figures: Mapping[str, Sequence[float]] = field(default_factory=dict)
    quota: float = QUOTA
    holdings: float = NO_DATA
    others: int = OTHERS

    def season(self) -> Season:
        """All of it as it stands at the last close."""
        closes = len(self.entered)
        rows = [np.array(self.entered, dtype=float)]
        rows += [np.array(summed(days_of(105 + n % 3, closes)), dtype=float) for n in range(self.others)]
        entered = np.minimum(np.stack(rows), np.array([self.quota] + [QUOTA] * self.others)[:, None])
        done: dict[Stage, Floats] = {"entered": entered, "attached": entered.copy()}
        done["reviewed"], done["received"] = _later(entered, 1), _later(entered, 2)
        for stage in BOOK_STAGES:
            done[stage] = np.minimum(np.ceil(entered / QUOTA * BOOKS * 1.5), BOOKS)
        for stage, figures in self.stages.items():
            done[stage][0] = figures
        waiting = np.nan_to_num(done["reviewed"] - done["received"])
        waiting[0, np.isnan(entered[0])] = NO_DATA
        state = {"under_way": waiting, "refused": np.full_like(entered, 0.0), "answered": done["received"].copy()}
        state |= {"over_reported": np.zeros_like(entered), "people": np.full_like(entered, 6.0)}
        dropped = np.zeros_like(entered)
        for name, figures in self.figures.items():
            (dropped if name == "dropped" else state[name])[0] = figures
        count = 1 + self.others
        units = Units(
            codes=(HERO, *(str(10001 + n) for n in range(self.others))),
            area=np.arange(count) % 2,
            area_codes=("461", "462"),
            quota=np.array([self.quota] + [QUOTA] * self.others, dtype=float),
            own_quota=np.ones(count, dtype=bool),
            books=np.full(count, float(BOOKS)),
            holdings=np.array([self.holdings] + [NO_DATA] * self.others),
        )
        return Season(
            units=units,
            keys=tuple(close.key for close in CLOSES[:closes]),
            instants=tuple(close.as_of for close in CLOSES[:closes]),
            start=CALENDAR.starts_at,
            done={stage: done[stage] for stage in STAGES},
            opening={stage: np.zeros(count) for stage in STAGES},
            dropped=dropped if "dropped" in self.figures else None,
            **state,
        )


def _later(figures: Floats, closes: int) -> Floats:
    shifted = np.zeros_like(figures)
    shifted[:, closes:] = figures[:, : figures.shape[1] - closes] if closes < figures.shape[1] else 0.0
    shifted[np.isnan(figures)] = NO_DATA
    known = np.isnan(shifted) & ~np.isnan(figures)
    shifted[known] = np.maximum(figures[known] - 100 * closes, 0.0)
    return shifted


def judged(season: Season, before: Mapping[tuple[str, str], int] | None = None, rules: Rules = RULES) -> Judgement:
    """The judgement of the last close."""
    return judge(season, rules, ROADMAPS, before or {})


def played(story: Story, rules: Rules = RULES) -> list[dict[str, Flag]]:
    """The story's unit's flags by kind at every close, each close judged on what was flagged before."""
    season = story.season()
    evenings: list[dict[str, Flag]] = []
    before: dict[tuple[str, str], int] = {}
    for close in range(1, len(season.keys) + 1):
        now = season.until(close)
        found = judged(now, before, rules)
        if found.judged[0]:  # what is not judged keeps its streaks
            before = {}
        before |= {(flag.registry_code, flag.kind): flag.streak for flag in found.flags if flag.kind != "silent"}
        evenings.append({flag.kind: flag for flag in found.flags if flag.registry_code == HERO})
    return evenings


def streaks(evenings: Sequence[Mapping[str, Flag]], kind: str) -> list[int]:
    """Streak of a kind at each close; 0: not flagged."""
    return [evening[kind].streak if kind in evening else 0 for evening in evenings]


def reordered(season: Season, order: Sequence[int]) -> Season:
    """The same season with its registries in another order."""
    at = np.array(order)
    units = season.units
    return replace(
        season,
        units=replace(
            units,
            codes=tuple(units.codes[place] for place in order),
            area=units.area[at],
            quota=units.quota[at],
            own_quota=units.own_quota[at],
            books=units.books[at],
            holdings=units.holdings[at],
        ),
        done={stage: figures[at] for stage, figures in season.done.items()},
        opening={stage: figures[at] for stage, figures in season.opening.items()},
        dropped=None if season.dropped is None else season.dropped[at],
        under_way=season.under_way[at],
        refused=season.refused[at],
        answered=season.answered[at],
        over_reported=season.over_reported[at],
        people=season.people[at],
    )
