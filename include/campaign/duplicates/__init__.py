"""The duplicate desk: what the Ministry refused as a duplicate, decided by two people, and how many are left.

Cases are kept and counted with each close (`cases`); what people say of them is recorded for ever (`acts`, `bulk`);
tables go out to a spreadsheet and come back (`tables`). A duplicate goes back in no queue, but once where two people
confirmed that it is none.
"""

from include.campaign.duplicates.acts import Act, Refusals, record_acts
from include.campaign.duplicates.bulk import Batch, Look, confirm_batch, propose_batch, record_looks, withdraw_batch
from include.campaign.duplicates.cases import count_duplicates

__all__ = [
    "Act",
    "Batch",
    "Look",
    "Refusals",
    "confirm_batch",
    "count_duplicates",
    "propose_batch",
    "record_acts",
    "record_looks",
    "withdraw_batch",
]
