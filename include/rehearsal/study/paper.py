"""The study as a document: what was done, and the tables of each configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from include.campaign.plan import Plan
from include.rehearsal.study.scores import Tally
from include.rehearsal.study.table import result, summary

ABOUT = """\
# How early, how sure and how fair: a study over made-up provinces

Written by `make study WRITE=1` (`include/rehearsal/study`). Every province is made from a seed and played to its end in
memory. At each close the season is what the system would have read: a registry behind a dead line is unknown until it
is read again, failures of the receiving side go back in the queue, self-reports are late, wrong or missing. It is
judged by the functions that judge a real close (`include/campaign/pace`), and the evening is decided by the function
that decides a real one (`include/campaign/ladder`); nobody acknowledges and no difficulty is reported. How levels are
estimated was chosen, and thresholds were tuned, on seeds 1-60 of both configurations and on the efforts alone of
provinces made from seeds 1000-1149; what follows is of {seeds}. On the tuning seeds 92.6 % of those that miss
were flagged on day 6 and 8.5 % of the flagged were false in *usual*, 89.6 % and 10.2 % in *other*. Groups of twenty
stray around that by a point in either share: in *other* about one in six lies within both aims.

* **Configurations.** *usual* is the world of the rehearsals. *other* is a province of another temper: registries less
  alike, twice as many that begin late, twice as many bad days, days that differ more, weekends that are days of rest,
  help to the border from the seventh to the thirteenth day (`include/rehearsal/temper.py`).
* **Will miss** is the world's own counterfactual: papers entered by the milestone of entry, in the same province played
  without the help that comes to border communes later, are fewer than 99 % of the quota or of the papers there are,
  whichever is fewer. Only registries with a quota of their own are scored. The same stands in the rehearsal's truth
  database (`truth.entry_outcome`).
* **The naive line** goes straight from nothing at the start through what is done now.
* **Who knows all but the days to come** knows each registry's strength, helpers, late start and what it has done, and
  names those that then miss more likely than not: better than that is luck.
* **Intervals** are of cases entered by later closes, of units whose entry is unfinished when they are foretold; cases
  beyond the work are not counted. *Still at work then* leaves out those that had finished by the close.
* **Brier score**: mean squared error of the chance of making the milestone; a yes or no scores 0 or 1 each.
* **Chances told** are held against what came: *entered* in the world without help, *received* at the last close. The
  chance of receiving is one of pace. It takes refusals to be corrected and what is cancelled to be put right, which a
  part never is: of all the work it is told far too high, of all but a twentieth about rightly where it is high, and too
  low where it is low.
* **Told because of an outage, of a dead line**: steps of the ladder that nobody takes when the same history is played
  with a Ministry that is never down, or read every evening.
* **Evenings** are means of one province: steps by level, ends told, different addresses that are told of a step (each
  gets one mail, whatever is told in it), how many evenings stepped, and flags by kind.
"""


def paper(plan: Plan, seeds: Sequence[int], tallies: Mapping[str, Tally]) -> str:
    """The whole document, in Markdown."""
    parts = [ABOUT.format(seeds=_named(seeds)), f"{summary(tallies)}\n"]
    registries = len(plan.registries)
    for name, tally in tallies.items():
        count = int(tally["provinces",])
        parts.append(f"## {name}: {count} provinces of {registries} registries\n\n{result(tally)}\n")
    return "\n".join(parts)


def _named(seeds: Sequence[int]) -> str:
    """Like "seeds 101-120", or one by one where they do not follow each other."""
    if list(seeds) == list(range(seeds[0], seeds[-1] + 1)) and len(seeds) > 1:
        return f"seeds {seeds[0]}-{seeds[-1]}"
    return "seeds " + ", ".join(map(str, seeds))
