-- Deletes the transfers in gone_transfer: a restored backup knows nothing of them.
delete from sohoa.transfer t using gone_transfer g where t.entry_id = g.entry_id
