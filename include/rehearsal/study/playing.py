"""One province of the study: played from a seed, judged every evening, scored."""

from __future__ import annotations

from include.campaign.plan import Plan
from include.rehearsal.instants import seconds
from include.rehearsal.ministry import Ministry
from include.rehearsal.misses import entry_deadline, outcomes_of
from include.rehearsal.province import province_of
from include.rehearsal.study.blame import DEAD_LINE, OUTAGE, told_only_here, unread_at_times
from include.rehearsal.study.ceiling import efforts_of, foreseen_misses
from include.rehearsal.study.evenings import Judge, judge_evenings
from include.rehearsal.study.resending import resent
from include.rehearsal.study.returns import put_back_failures
from include.rehearsal.study.scores import DAYS, Played
from include.rehearsal.study.sight import Sight, histories_of, sight_of
from include.rehearsal.temper import OTHER, USUAL, Temper

CONFIGURATIONS: dict[str, Temper] = {"usual": USUAL, "other": OTHER}
"""Worlds by name: the rehearsal's own, and a province of another temper."""


def play(plan: Plan, configuration: str, seed: int, scale: float, judge: Judge) -> Played:
    """Play and judge one campaign in memory.

    Args:
        plan: whose registries, quotas and rules are used; its targets are for a full province.
        configuration: a key of `CONFIGURATIONS`.
        seed: of the world.
        scale: 1 is the full province.
        judge: judges each close.
    """
    province = province_of(plan, seed, scale, CONFIGURATIONS[configuration])
    ministry = Ministry(seed, province.start, province.horizon)
    histories = histories_of(province, ministry, seed, scale)

    def seen(by: Ministry) -> Sight:
        sent = [resent(history, by, seed) for history in histories]
        for history in sent:
            put_back_failures(history, by, seed)
        return sight_of(plan, province, sent, seed, scale)

    sight, elsewhere = seen(ministry), seen(ministry.without_outages())
    evenings = judge_evenings(plan, sight, judge)
    blamed = {
        OUTAGE: told_only_here(evenings, judge_evenings(plan, elsewhere, judge), sight.units.codes),
        DEAD_LINE: told_only_here(evenings, judge_evenings(plan, sight.always_read(), judge), unread_at_times(sight)),
    }
    outcomes = outcomes_of(plan, province, ministry, seed, scale)
    deadline = entry_deadline(plan)
    efforts = efforts_of(province, ministry, seed, scale)
    foreseen = {
        day: foreseen_misses(province, efforts, outcomes, seconds(sight.closes[day - 1].as_of), deadline)
        for day in DAYS
    }
    return Played(sight, evenings, outcomes, foreseen, blamed, deadline)
