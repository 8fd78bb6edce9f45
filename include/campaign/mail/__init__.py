"""The outbox and its delivery. It knows states of messages and yagmail, not what the messages say.

`post` puts papers in, once per address and close; `drain` sends them; `delivery_of` says how they stand; `hold`,
`release`, `drop` and `acknowledge` are what people decide about one.
"""

from include.campaign.mail.delivery import OutboxBusy, drain
from include.campaign.mail.holding import Refusal, acknowledge, drop, hold, release
from include.campaign.mail.outbox import DeliveryResult, Message, delivery_of, enqueue, message_of, post
from include.campaign.mail.settings import SmtpSettings

__all__ = [
    "DeliveryResult",
    "Message",
    "OutboxBusy",
    "Refusal",
    "SmtpSettings",
    "acknowledge",
    "delivery_of",
    "drain",
    "drop",
    "enqueue",
    "hold",
    "message_of",
    "post",
    "release",
]
