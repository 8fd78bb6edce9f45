-- Keeps what a person decided of an edition. Grain: one act. :edition_id; :act; :why; :by_whom; :acted_at.
insert into bulletin.act (edition_id, act, why, by_whom, acted_at)
values (:edition_id, :act, :why, :by_whom, :acted_at)
