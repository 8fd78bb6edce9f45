"""What stands between a reader and a registry on some days: a dead line, a mute machine, a refused log-in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.rehearsal.instants import DAY, HOUR

CLOSED, HANG, NO_LOGIN, WRONG_PASSWORD = "closed", "hang", "no_login", "wrong_password"
LINE_WEATHER = (CLOSED, HANG)
"""Played by the proxy; the others by the role itself."""


@dataclass(frozen=True)
class Weather:
    """One kind of weather over one registry, from an instant until before another (seconds since the epoch)."""

    registry_code: str
    kind: str
    start: int
    end: int


def forecast(codes: list[str], seed: int, start: int, days: int) -> tuple[Weather, ...]:
    """Draw the whole campaign's weather, for different registries as far as there are enough.

    Within the first days, so that a short rehearsal meets them: one registry unreachable for two days, one that hangs
    for a day, one that refuses the log-in for a day. A large province meets each again later.
    """
    rng = np.random.default_rng([seed, 0x57EA])
    chosen = rng.permutation(len(codes)).tolist()
    episodes = [(CLOSED, 1, 2), (HANG, 2, 1), (WRONG_PASSWORD, 1, 1)]
    if len(codes) >= 20:
        later = [(CLOSED, 2), (HANG, 1), (NO_LOGIN, 1), (CLOSED, 1), (HANG, 1), (NO_LOGIN, 2)]
        episodes += [(kind, int(rng.integers(4, max(days - length, 5))), length) for kind, length in later]
    found = []
    for place, (kind, day, length) in enumerate(episodes):
        begins = start + day * DAY + int(rng.integers(8, 15)) * HOUR + int(rng.integers(0, HOUR))
        code = codes[chosen[place % len(chosen)]]
        found.append(Weather(code, kind, begins, begins + length * DAY))
    return tuple(found)


def in_the_way(weather: tuple[Weather, ...], at: int) -> dict[str, str]:
    """Registry code → kind of weather at an instant; where two meet, the one that began later."""
    begun = sorted((one for one in weather if one.start <= at < one.end), key=lambda one: one.start)
    return {one.registry_code: one.kind for one in begun}


def behind_lines(weather: tuple[Weather, ...]) -> list[str]:
    """Codes of the registries that need a proxy before them."""
    return sorted({one.registry_code for one in weather if one.kind in LINE_WEATHER})
