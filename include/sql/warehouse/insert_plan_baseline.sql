-- Adds one baseline with its predicate of what counts.
insert into plan.baseline (baseline, title, source, dated, phase, opened_year_max, entered_from, printed_total)
values (
    :baseline, :title, :source, :dated, :phase, :opened_year_max, cast(:entered_from as timestamptz), :printed_total
)
