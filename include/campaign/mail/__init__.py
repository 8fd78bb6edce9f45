"""The outbox and its delivery. It knows states of messages and yagmail, not what the messages say.

`post` puts papers in, once per address and close; `drain` sends them; `delivery_of` says how they stand.
"""

from include.campaign.mail.delivery import OutboxBusy, drain
from include.campaign.mail.outbox import DeliveryResult, Message, delivery_of, enqueue, post
from include.campaign.mail.settings import SmtpSettings

__all__ = [
    "DeliveryResult",
    "Message",
    "OutboxBusy",
    "SmtpSettings",
    "delivery_of",
    "drain",
    "enqueue",
    "post",
]
