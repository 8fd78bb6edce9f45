"""A letter as people read it: subject, HTML with its CSS inlined, and a plain text of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from css_inline import CSSInliner

from include.campaign.render.attachment import Attachment, Picture
from include.campaign.render.completion import completion_file
from include.campaign.render.department import department_files
from include.campaign.render.proposal import proposal_file
from include.campaign.render.templates import OFFICIAL_LANGUAGE, environment, terms
from include.campaign.render.words import Words
from include.campaign.render.worklist import worklist_file
from include.campaign.report.completion import CompletionBlock
from include.campaign.report.escalations import ProposalBlock
from include.campaign.report.models import DistrictReport, Letter, ProvinceReport
from include.campaign.report.worklists import WorklistBlock

_INLINER = CSSInliner(load_remote_stylesheets=False, minify_css=True)
# In text "<" is written as a reference, so this is always inside of a tag.
_CLASS = re.compile(r'(<[a-z][^<>]*?) class="[^"]*"')
# Between tags: what a picture is called, in its tag, is left as it is.
_PERCENT = re.compile(r"(?<=\d) %(?=[^<>]*<)")


class Addressed(Protocol):
    """What every letter has, whatever it says."""

    @property
    def head(self) -> Any:
        """What stands above and below its words."""

    @property
    def address(self) -> str:
        """Where it goes."""

    @property
    def office(self) -> str:
        """Whom it addresses: an office, no person."""

    @property
    def language(self) -> str:
        """That the reader wishes."""

    @property
    def reply_to(self) -> str:
        """Where answers go."""


@dataclass(frozen=True)
class Paper:
    """A message ready for the outbox."""

    kind: str
    """"daily"; "held": of a close whose sums do not add up, with no figures of it; or of another occasion."""
    address: str
    office: str
    reply_to: str
    subject: str
    html: str
    plain: str
    files: tuple[Attachment, ...] = ()
    pictures: tuple[Picture, ...] = ()
    copies: tuple[str, ...] = ()
    """Addresses that have the same message in copy."""


def render(letter: Letter) -> Paper:
    """Write a letter out, with its charts and files; equal letters give equal bytes.

    A template shows a chart where `pictures` has its Content-ID.

    Raises:
        jinja2.TemplateError: a template asks for what the letter does not have; nothing is left blank in silence.
        EmptyChart: a chart that is due has nothing to draw.
    """
    pictures = _pictures(letter, letter.language)
    kind = "held" if letter.head.state == "held" else "daily"
    return replace(
        write(letter, kind, blocks=letter.blocks, pictures=pictures),
        files=tuple(_files(letter, pictures)),
        pictures=tuple(pictures.values()),
        copies=letter.copies,
    )


def write(letter: Addressed, kind: str, folder: str = "", **more: Any) -> Paper:
    """Fill subject, page and text of a letter; equal letters give equal bytes.

    Args:
        letter: any.
        kind: of the paper.
        folder: where its `subject.txt.j2`, `letter.html.j2` and `letter.txt.j2` lie, "kickoff/"; "": the daily ones.
        more: what its templates name beside `letter`, `head`, `terms`; page and text have `language` and `subject`.

    Raises:
        jinja2.TemplateError: a template asks for what the letter does not have.
    """
    templates = environment(letter.language)
    values = _named(letter, letter.language, more)
    subject = " ".join(templates.get_template(f"{folder}subject.txt.j2").render(values).split())
    values |= {"language": letter.language, "subject": subject}
    return Paper(
        kind=kind,
        address=letter.address,
        office=letter.office,
        reply_to=letter.reply_to,
        subject=subject,
        html=_inlined(templates.get_template(f"{folder}letter.html.j2").render(values)),
        plain=templates.get_template(f"{folder}letter.txt.j2").render(values).strip() + "\n",
    )


def official_words(name: str, letter: Addressed, **more: Any) -> Words:
    """The macros of an official paper's template, which is Vietnamese whoever reads the letter that it goes with.

    Args:
        name: of the template.
        letter: that the paper goes with.
        more: what the template names beside `letter`, `head` and `terms`.
    """
    return Words(environment(OFFICIAL_LANGUAGE), name, _named(letter, OFFICIAL_LANGUAGE, more))


def _named(letter: Addressed, language: str, more: Mapping[str, Any]) -> dict[str, Any]:
    """What templates of a letter name."""
    return {"letter": letter, "head": letter.head, "terms": terms(language), **more}


def _pictures(letter: Letter, language: str) -> dict[str, Picture]:
    """The letter's charts by Content-ID, in the order in which they are shown."""
    if not any(isinstance(block, ProvinceReport | DistrictReport) for block in letter.blocks):
        return {}
    # Matplotlib takes a second to load: who sends a paper, or a letter without charts, does not need it.
    from include.campaign.render.charts import Wording, charts  # noqa: PLC0415

    found = charts(letter.blocks, Wording.of(language, terms(language)))
    return {picture.cid: picture for picture in found}


def _files(letter: Letter, pictures: Mapping[str, Picture]) -> Iterator[Attachment]:
    """Files that go with a letter: what officials pass on is Vietnamese, whatever the reader's language."""
    for block in letter.blocks:
        if isinstance(block, ProvinceReport):
            words = official_words("official/report.j2", letter)
            if letter.language != OFFICIAL_LANGUAGE:
                pictures = _pictures(letter, OFFICIAL_LANGUAGE)
            yield from department_files(block, letter, words, pictures)
        elif isinstance(block, WorklistBlock):
            yield worklist_file(block, terms(letter.language)["worklist"])
        elif isinstance(block, CompletionBlock):
            yield completion_file(block.record)
        elif isinstance(block, ProposalBlock):
            yield proposal_file(block, letter.head, official_words("official/proposal.j2", letter))


def _inlined(html: str) -> str:
    """The page with its style sheet on the elements: most mail readers drop <style>. Nothing is fetched.

    A number and its percent sign stay on one line.
    """
    return _PERCENT.sub("\u00a0%", _CLASS.sub(r"\1", _INLINER.inline(html)))
