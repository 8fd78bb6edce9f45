-- Records a redrive that the next waves take up. Returns its id. Grain: one row. :asked_by; :why; :outcome;
-- :error_code; :area_code; :registry_code (null: any); :per_wave; :asked_at; :entries.
insert into transfers.redrive (
    asked_by, why, outcome, error_code, area_code, registry_code, per_wave, asked_at, entries
)
values (:asked_by, :why, :outcome, :error_code, :area_code, :registry_code, :per_wave, :asked_at, :entries)
returning redrive_id
