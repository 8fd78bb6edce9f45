"""The study's result as text: tables that read on a screen and as Markdown alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product

from include.rehearsal.study.scores import (
    CHANCES,
    DAYS,
    LEVEL_TWICE,
    MADE,
    NAIVE,
    RECEIVED,
    RECEIVED_NEARLY,
    SCOPES,
    STANDING,
    TOLD_TWICE,
    WAYS,
    Tally,
)

STEP_LEVELS = ("unit", "district", "department", "chair", "end", "addresses")


def share(part: float, whole: float) -> str:
    """A percentage, or a dash where there is nothing to take it of."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns stand under each other."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def result(tally: Tally) -> str:
    """All tables of one configuration."""
    parts = (
        ("Flagged early, and rightly", _early(tally)),
        ("Chance of making the milestone", _chances(tally)),
        ("Chances told, and how many of those registries made it", _reliability(tally)),
        ("80 % intervals", _intervals(tally)),
        ("80 % intervals by the day on which they were foretold", _intervals_by_day(tally)),
        ("Days until finished", _finishes(tally)),
        ("Steps of the ladder that should not be", _blamed(tally)),
        ("Evenings: who is told, and flags, of one province", _evenings(tally)),
    )
    return "\n\n".join(f"### {title}\n\n{text}" for title, text in parts)


def summary(tallies: Mapping[str, Tally]) -> str:
    """What was aimed at, and what each configuration came to."""
    head = ["", "aim", *tallies]
    aims = (
        ("will miss, and are flagged on day 6", "at least 90 %", lambda tally: _early_shares(tally, STANDING)[0]),
        ("false among those flagged on day 6", "at most 10 %", lambda tally: _early_shares(tally, STANDING)[1]),
        ("the same of the naive line", "", lambda tally: " and ".join(_early_shares(tally, NAIVE))),
        ("80 % intervals that held, 1, 3 and 5 closes ahead", "70 to 90 %", _held),
        ("told because of an outage or a dead line", "0", lambda tally: f"{_sum(tally, 'blamed'):.0f}"),
        ("told twice", "0", lambda tally: f"{_sum(tally, 'twice'):.0f}"),
    )
    return table(head, [[what, aim, *(told(tally) for tally in tallies.values())] for what, aim, told in aims])


def _early_shares(tally: Tally, way: str) -> tuple[str, str]:
    """Of those that will miss, how many are flagged on day 6; and how many of the flagged are false."""
    miss, hit, flagged = (_get(tally, "early", way, 6, what) for what in ("miss", "hit", "flagged"))
    return share(hit, miss), share(flagged - hit, flagged)


def _held(tally: Tally) -> str:
    ahead = sorted({int(key[2]) for key in tally if key[:2] == ("interval", SCOPES[0])})
    return ", ".join(share(*(_get(tally, "interval", SCOPES[0], one, what) for what in ("held", "n"))) for one in ahead)


def _sum(tally: Tally, name: str) -> float:
    return sum(count for key, count in tally.items() if key[0] == name)


def _get(tally: Tally, *key: str | int) -> float:
    return tally.get(key, 0.0)


def _early(tally: Tally) -> str:
    rows = []
    for day in DAYS:
        for way in WAYS:
            miss, hit, flagged = (_get(tally, "early", way, day, what) for what in ("miss", "hit", "flagged"))
            rows.append(
                [f"{day}", way, f"{miss:.0f}", share(hit, miss), f"{flagged:.0f}", share(flagged - hit, flagged)]
            )
    return table(["by day", "flag", "will miss", "of them flagged", "flagged", "of them false"], rows)


def _chances(tally: Tally) -> str:
    rows = []
    for day in DAYS:
        n = _get(tally, "brier", "n", day)
        scores = [_get(tally, "brier", what, day) / n if n else 0.0 for what in ("chance", "naive")]
        rows.append([f"{day}", f"{n:.0f}", *(f"{score:.3f}" for score in scores)])
    return table(["day", "registries", "Brier score", "of the naive line's yes or no"], rows)


def _reliability(tally: Tally) -> str:
    kept = [key for key in tally if key[0] == "reliability"]
    ends = [f"{100 * end:.0f}" for end in CHANCES]
    groups = [f"< {ends[0]} %", *(f"{low}-{high} %" for low, high in pairwise(ends)), f"> {ends[-1]} %"]
    rows = []
    for what in (MADE, RECEIVED, RECEIVED_NEARLY):
        for day in sorted({int(key[2]) for key in kept if key[1] == what}):
            cells = []
            for place in range(len(groups)):
                n, came = (_get(tally, "reliability", what, day, place, which) for which in ("n", "came"))
                cells.append(f"{share(came, n)} of {n:.0f}")
            rows.append([what, f"{day}", *cells])
    return table(["milestone", "day", *groups], rows)


def _intervals(tally: Tally) -> str:
    ahead = sorted({int(key[2]) for key in tally if key[0] == "interval"})
    rows = []
    for scope, one in product(SCOPES, ahead):
        n, held, below, cases, middle, naive = (
            _get(tally, "interval", scope, one, what) for what in ("n", "held", "below", "cases", "middle", "naive")
        )
        if n:
            came = (share(held, n), share(below, n), share(n - held - below, n))
            rows.append([scope, f"{one}", f"{n:.0f}", *came, share(middle, cases), share(naive, cases)])
    head = ["unit", "closes ahead", "foretold", "held", "fewer came", "more came", "error of the middle"]
    return table([*head, "of the naive line"], rows)


def _intervals_by_day(tally: Tally) -> str:
    """Held, and how many came out below and above, of registries still at work then."""
    kept = [key for key in tally if key[0] == "interval of"]
    ahead = sorted({int(key[2]) for key in kept})
    rows = []
    for day in sorted({int(key[1]) for key in kept}):
        cells = []
        for one in ahead:
            n, held, below = (_get(tally, "interval of", day, one, what) for what in ("n", "held", "below"))
            cells.append(f"{share(held, n)} ({share(below, n)} below, {share(n - held - below, n)} above)" if n else "")
        rows.append([f"{day}", *cells])
    return table(["day", *(f"{one} ahead" for one in ahead)], rows)


def _finishes(tally: Tally) -> str:
    rows = []
    for day in DAYS:
        for name, meant in (("p50", "50 %"), ("p85", "85 %")):
            n, held = (_get(tally, "finish", name, day, what) for what in ("n", "held"))
            rows.append([f"{day}", meant, f"{n:.0f}", share(held, n)])
    return table(["day", "meant", "foretold", "finished by then"], rows)


def _blamed(tally: Tally) -> str:
    rows = []
    for cause in [str(key[1]) for key in tally if key[0] == "blamed"]:
        found = [(key, count) for key, count in tally.items() if key[:2] == ("blamed for", cause)]
        flags = sorted(f"{key[3]} {key[2]}" + (f" ({count:.0f})" if count > 1 else "") for key, count in found)
        rows.append([f"told because of: {cause}", f"{_get(tally, 'blamed', cause):.0f}", "; ".join(flags)])
    rows += [[what, f"{_get(tally, 'twice', what):.0f}", ""] for what in (TOLD_TWICE, LEVEL_TWICE)]
    return table(["", "steps", "flags then"], rows)


def _evenings(tally: Tally) -> str:
    keys = sorted({str(key[1]) for key in tally if key[0] == "evening"})
    kinds = sorted({str(key[2]) for key in tally if key[0] == "flags"})
    head = ["close", *STEP_LEVELS, "evenings", *kinds]
    return table(head, list(_evening_rows(tally, keys, kinds)))


def _evening_rows(tally: Tally, keys: Sequence[str], kinds: Sequence[str]) -> Iterator[list[str]]:
    provinces = _get(tally, "provinces")

    def each(count: float) -> str:
        return f"{count / provinces:.1f}"

    for close in keys:
        steps = [each(_get(tally, "steps", close, level)) for level in STEP_LEVELS]
        verdicts = {str(key[2]): count for key, count in tally.items() if key[:2] == ("evening", close)}
        told = ", ".join(f"{count:.0f} {verdict}" for verdict, count in sorted(verdicts.items()))
        yield [close, *steps, told, *(each(_get(tally, "flags", close, kind)) for kind in kinds)]
