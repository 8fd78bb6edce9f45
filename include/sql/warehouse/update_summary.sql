-- Keeps the summary of the run that closed a day last. :close_key; :summary as JSON text.
update closing.close
set summary = cast(:summary as jsonb)
where close_key = :close_key
