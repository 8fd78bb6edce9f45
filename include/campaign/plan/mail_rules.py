"""Rules of mail (rules.yaml): who sends, how fast, and when what is put off is tried again."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from include.campaign.plan.fields import AtLeastOne, Count, Frozen, Text


class Mail(Frozen):
    """How mail is sent.

    Attributes:
        sender_name: display name of the sender.
        reply_to: where answers go; None: to the Department's desk.
        batch: messages per session with the mail server.
        per_minute: no more than so many messages are begun in any minute of a drain. The day's papers are some 300:
            the default slows none of them, and a whole country's reach a server at 20 a second.
        timeout_seconds: for connecting, and for each answer of the server.
        back_off_minutes: how long a message that the server puts off waits before it is tried again, after the first
            time, the second, ...; 0: later in the same drain. Put off once more than there are waits, it is given up
            and is the data team's, like a refused one. The default gives up after some ten hours: greylisting takes
            minutes, a full mailbox a person.
        csv_separator: between the cells of files that go with a mail: what the readers' spreadsheets expect, which is
            a setting of their machines.
    """

    sender_name: Text = "Sở Tư pháp"
    reply_to: Text | None = None
    batch: AtLeastOne = 200
    per_minute: AtLeastOne = 1200
    timeout_seconds: Annotated[float, Field(gt=0)] = 20
    back_off_minutes: Annotated[tuple[Count, ...], Field(min_length=1)] = (0, 2, 15, 60, 180, 360)
    csv_separator: Literal[",", ";"] = ","

    @field_validator("back_off_minutes")
    @classmethod
    def _growing(cls, minutes: tuple[int, ...]) -> tuple[int, ...]:
        if list(minutes) != sorted(set(minutes)):
            raise ValueError("waits must grow from one to the next")
        return minutes
