"""Letters that stand before any close: to those who answer for units, and to the data team the next morning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from include.campaign.render.paper import Written, language_of, terms, write

if TYPE_CHECKING:
    from include.campaign.kickoff.letters import KickoffLetter
    from include.campaign.kickoff.morning import MorningLetter


def render_kickoff(letter: KickoffLetter) -> Written:
    """The letter that tells how the campaign works; equal letters give equal bytes."""
    return _written("kickoff/", letter)


def render_morning(letter: MorningLetter) -> Written:
    """The data team's letter about who was not reached."""
    return _written("kickoff_morning/", letter)


def _written(folder: str, letter: KickoffLetter | MorningLetter) -> Written:
    language = language_of(letter.language, folder=folder)
    return write(language, folder, {"letter": letter, "head": letter.head, "terms": terms(language)})
