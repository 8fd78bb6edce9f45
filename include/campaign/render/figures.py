"""Named figures as papers print them: the same name and the same digits wherever they stand."""

from __future__ import annotations

from collections.abc import Mapping

from include.campaign.render import formats
from include.campaign.report.figures import NamedFigure
from include.campaign.report.models import RegistryDay

NOT_GIVEN = "không giao"
"""In place of a quota, under a head that says so."""


def name_of(figure: str, terms: Mapping[str, Mapping[str, str]]) -> str:
    """What a figure is called where its name stands alone: "Đã nhập"."""
    return formats.sentence(terms["figures"][figure])


def printed(figure: NamedFigure) -> str:
    """A figure's value: "1.264", "+81" for what a day brought, "42,1 %", "11/12", or that it is not known."""
    if figure.name.endswith("_share"):
        return formats.percent(figure.value, figure.of)
    if figure.name.endswith("_in_day"):
        return formats.added(figure.value)
    if figure.of is not None and figure.value is not None:
        return f"{formats.number(figure.value)}/{formats.number(figure.of)}"
    if figure.name == "quota" and figure.value is None:
        return NOT_GIVEN
    return formats.number(figure.value)


def own_name(registry: RegistryDay) -> str:
    """A registry's name beneath its district's: a district's own registry is that of its committee."""
    return f"UBND {formats.inside(registry.name)}" if registry.is_area else registry.name
