"""The page's HTML: what the status says in Vietnamese, never by colour alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from include.campaign.render.formats import filters, functions
from include.page.store import Status

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
LANGUAGE = "vi"


def render_status(status: Status) -> str:
    """The grid with its header, what is to be done, and the districts' percentages."""
    return (
        _environment()
        .get_template("status.html.j2")
        .render(status=status, outcomes=_outcomes(), figures=_terms()["figures"])
    )


def render_unavailable(reason: str) -> str:
    """The page when the campaign database or the plan cannot be read; `reason` says which, without secrets."""
    return _environment().get_template("unavailable.html.j2").render(reason=reason)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES / "page" / LANGUAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(filters("vi"))
    environment.globals.update(functions("vi"))
    return environment


class _Outcomes(dict[str, dict[str, str]]):
    """Symbol, tone, words and next step by outcome; a new outcome is shown by its own name and asks for a person."""

    def __missing__(self, outcome: str) -> dict[str, str]:
        return {"symbol": "!", "tone": "act", "words": outcome, "next": "Kết quả chưa biết: báo tổ dữ liệu."}


@cache
def _outcomes() -> _Outcomes:
    shown = _yaml(TEMPLATES / "page" / LANGUAGE / "outcomes.yaml")
    words = {"not_opened": "chưa đến lượt", **_terms()["outcomes"]}
    return _Outcomes({name: {"next": "", **look, "words": words.get(name, name)} for name, look in shown.items()})


@cache
def _terms() -> Any:
    """What mails call things: the page calls them the same."""
    return _yaml(TEMPLATES / "mail" / LANGUAGE / "terms.yaml")


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
