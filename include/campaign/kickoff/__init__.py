"""Telling everyone who answers for a unit how the campaign works, once, and the data team who was not reached.

`tell_contacts` writes to whoever holds a post and has not been written to; `morning_of` says how earlier letters fared
and which posts are vacant. Both read the plan and the outbox; neither needs a close.
"""

from include.campaign.kickoff.letters import KickoffHead, KickoffLetter, kickoff_letter
from include.campaign.kickoff.morning import KICKOFF, MorningLetter, morning_of
from include.campaign.kickoff.recipients import Recipient, Vacancy, recipients, vacancies
from include.campaign.kickoff.telling import Told, post_morning, reached, tell_contacts

__all__ = [
    "KICKOFF",
    "KickoffHead",
    "KickoffLetter",
    "MorningLetter",
    "Recipient",
    "Told",
    "Vacancy",
    "kickoff_letter",
    "morning_of",
    "post_morning",
    "reached",
    "recipients",
    "tell_contacts",
    "vacancies",
]
