-- Records how many registries were judged and flagged at a close, and what the ladder did. Grain: one row.
insert into ladder.evening (close_key, judged, flagged, newly, verdict)
values (:close_key, :judged, :flagged, :newly, :verdict)
on conflict (close_key) do update set
    judged = excluded.judged, flagged = excluded.flagged, newly = excluded.newly, verdict = excluded.verdict
