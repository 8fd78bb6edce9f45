-- Withdraws the receipts in cancelled_receipt.
update ledger.receipt r
   set cancelled_at = to_timestamp(c.cancelled)
  from cancelled_receipt c
 where r.receipt_id = c.receipt_id
