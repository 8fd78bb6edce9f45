-- Notes which plan the warehouse holds. :digest of its files.
insert into plan.loaded (digest)
values (:digest)
