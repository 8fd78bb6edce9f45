-- Self-reports: what registries say of themselves.
select 1;
