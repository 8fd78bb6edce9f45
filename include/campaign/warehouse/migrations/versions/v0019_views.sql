-- What several questions ask alike.

-- Acts that hold a registry's next step for some days. Grain: one row per act.
create view ladder.hold as
select
    'acknowledged' as what,
    acknowledgement_id as id,
    registry_code,
    from_day,
    until_day,
    who as said,
    by_whom,
    null::timestamptz as lifted_at
from ladder.acknowledgement
union all
select
    'silenced' as what,
    silence_id as id,
    registry_code,
    from_day,
    until_day,
    why as said,
    by_whom,
    lifted_at
from ladder.silence;

-- Messages whose words are not made from a close's frozen figures alone (corrections, pages about what failed, letters
-- of other occasions, alarms), without copies and what was sent once more. Grain: one row per message.
create view mail.as_posted as
select
    message_key,
    close_key,
    kind,
    address,
    office,
    reply_to,
    subject,
    html,
    plain,
    queued_at
from mail.message
where
    copy_of is null
    and resend_of is null
    and kind not in ('daily', 'final', 'held', 'held-report', 'provisional');
