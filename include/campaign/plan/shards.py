"""Grouping registries into shards: what one mapped task reads, a few at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from include.campaign.plan.models import Shard

if TYPE_CHECKING:
    from include.campaign.plan.plan import Plan

T = TypeVar("T")

# More mapped tasks than this cost more in scheduling than they gain; whole shards are then put together.
SHARDS_AT_MOST = 100


def pack(plan: Plan) -> tuple[Shard, ...]:
    """Every registry in one shard: a district with its communes; others `pull.shard_size` at a time."""
    by_district: dict[str, list[str]] = {}
    without: list[str] = []
    for registry in plan.registries:
        district = plan.district_of(registry.code)
        if district is None:
            without.append(registry.code)
        else:
            by_district.setdefault(district.code, []).append(registry.code)
    shards = [
        Shard(code=code, name=plan.short_name(code), registry_codes=tuple(codes)) for code, codes in by_district.items()
    ]
    packs = _chunks(without, plan.rules.pull.shard_size)
    shards += [
        Shard(
            code=f"{plan.province.code}-{number:02d}",
            name=_span(plan.short_name(codes[0]), plan.short_name(codes[-1])),
            registry_codes=tuple(codes),
        )
        for number, codes in enumerate(packs, start=1)
    ]
    if len(shards) <= SHARDS_AT_MOST:
        return tuple(shards)
    return tuple(_together(group) for group in _chunks(shards, -(-len(shards) // SHARDS_AT_MOST)))


def _together(group: Sequence[Shard]) -> Shard:
    return Shard(
        code=group[0].code,
        name=_span(group[0].name, group[-1].name),
        registry_codes=tuple(code for shard in group for code in shard.registry_codes),
    )


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first} – {last}"


def _chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
