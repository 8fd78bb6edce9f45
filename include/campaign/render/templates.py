"""Templates of papers and the words of a language, found by path and compiled once."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import yaml
from jinja2 import (
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    select_autoescape,
)
from jinja2.bccache import Bucket

from include.campaign.render import formats

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "mail"
OFFICIAL_LANGUAGE = "vi"


class _Templates(FileSystemLoader):
    """Templates by path; "x.html.j2" and "x.txt.j2" are also names of "x.j2", sentences that pages and texts share.

    By the name that a page asks for, what it takes from there is escaped (a macro's words count as marked up already).
    """

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        try:
            return super().get_source(environment, template)
        except TemplateNotFound:
            shared = re.sub(r"\.(html|txt)\.j2$", ".j2", template)
            if shared == template:
                raise
            return super().get_source(environment, shared)


@cache
def environment(language: str) -> Environment:
    """Templates of a language, with its ways of writing numbers and dates."""
    found = Environment(
        loader=_Templates([TEMPLATES / language, TEMPLATES]),
        autoescape=select_autoescape(enabled_extensions=("html.j2", "css"), default_for_string=True),
        undefined=StrictUndefined,
        auto_reload=False,
        bytecode_cache=_compiled(language),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(formats.filters(language))
    found.globals.update(formats.functions(language))
    return found


def _compiled(language: str) -> FileSystemBytecodeCache:
    """Compiled templates, kept where Python would keep its modules: compiling takes a second of a day's papers.

    What filters make of constants is part of them, so they are of one language and one way of writing.
    """
    writing = sha256(Path(formats.__file__).read_bytes()).hexdigest()[:12]
    folder = TEMPLATES.parent / "__pycache__"
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
    return _WhereItCan(str(folder), f"jinja-{version('jinja2')}-{language}-{writing}-%s.cache")


class _WhereItCan(FileSystemBytecodeCache):
    """A cache that is done without where it cannot be written: an image's code is its own, a disk may be full."""

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


@cache
def terms(language: str) -> dict[str, dict[str, str]]:
    """What codes of the system are called in a language (terms.yaml)."""
    return yaml.safe_load((TEMPLATES / language / "terms.yaml").read_text(encoding="utf-8"))
