"""Sentences of files, said by the macros of a template; plain text, for writers that put it in as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment

_BLANKS = re.compile(r"[ \n]+")
# A number and its percent sign stay on one line.
_PERCENT = re.compile(r"(?<=\d) %")


class Words:
    """The macros of a template, with a letter's head and terms."""

    def __init__(self, templates: Environment, name: str, values: Mapping[str, Any]) -> None:
        self._module = templates.get_template(name).make_module(dict(values))
        self.terms: Mapping[str, Mapping[str, str]] = values["terms"]

    def say(self, macro: str, *about: Any) -> str:
        """One paragraph, on one line.

        Raises:
            AttributeError: the template has no such macro.
            jinja2.TemplateError: it asks for what there is not.
        """
        said: Callable[..., str] = getattr(self._module, macro)
        return _PERCENT.sub("\u00a0%", _BLANKS.sub(" ", said(*about)).strip())
