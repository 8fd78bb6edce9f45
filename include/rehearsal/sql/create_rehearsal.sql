-- What the world keeps for itself in a database of the outside world: how far it has been moved, and how synthetic texts are made.
-- Nobody but the world's superuser has any right in this schema.
create schema rehearsal;
create table rehearsal.clock (instant timestamptz not null);

-- The Ministry's reference of a receipt: another text for every number.
create function rehearsal.ministry_ref(receipt_id bigint) returns text language sql immutable as $$
    select 'BTP-2025-' || upper(lpad(to_hex((receipt_id * 42467853207 + 591751049) & 1099511627775), 10, '0'))
$$;

-- People who cannot be mistaken for real ones: "Mẫu", "Thử Nghiệm" and the like are no given names, and they carry a number.
create function rehearsal.full_name(luck bigint) returns text language sql immutable as $$
    select (array['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Hồ', 'Võ', 'Đặng', 'Bùi', 'Dương'])[1 + luck % 10]
        || (array[' Văn ', ' Thị ', ' Đức ', ' Ngọc ', ' Minh ', ' Thu '])[1 + luck / 10 % 6]
        || (array['Mẫu ', 'Thử Nghiệm ', 'Ví Dụ ', 'Giả Định '])[1 + luck / 60 % 4]
        || (luck % 1000000)
$$;

-- As written in the books: full, or only month and year, or only the year.
create function rehearsal.birth_date(luck bigint, year integer) returns text language sql immutable as $$
    select case luck % 7
        when 0 then year::text
        when 1 then (1 + luck % 12) || '/' || year
        else lpad((1 + luck % 28)::text, 2, '0') || '/' || lpad((1 + luck % 12)::text, 2, '0') || '/' || year
    end
$$;

create function rehearsal.ethnicity(luck bigint) returns text language sql immutable as $$
    select (array['Kinh', 'Kinh', 'Kinh', 'Kinh', 'Bru - Vân Kiều', 'Tà Ôi'])[1 + luck % 6]
$$;

-- An entry's number as the book writes it: 0 plain, 1 with the year, 2 with the word before it.
create function rehearsal.entry_no(number bigint, style bigint, opened_year integer) returns text
language sql immutable as $$
    select case style when 1 then number || '/' || opened_year when 2 then 'số ' || number else number::text end
$$;

-- A text in NFD, as some machines write it, or as it is.
create function rehearsal.spelt(written text, nfd boolean) returns text language sql immutable as $$
    select case when nfd then normalize(written, nfd) else written end
$$;

-- The name of a scan made of its parts: right, or one of the ways in which people name files.
create function rehearsal.scan_name(parts text, kind bigint) returns text language sql immutable as $$
    select case kind
        when 1 then replace(parts, '.', ' ') || '.pdf'
        when 2 then 'BANSAO_' || parts || '.pdf'
        when 3 then parts || ' (1).pdf'
        when 4 then parts || '.jpg'
        else parts || '.pdf'
    end
$$;
