-- Takes out of found_break what is known to stand just so. Grain: one row per break. No parameters.
delete from found_break as f
using breaks.known as k
where
    k.registry_code = f.registry_code
    and k.kind = f.kind
    and k.subject = f.subject
    and k.state = 'open'
    and k.items = f.items
