"""What the data team hears between two closes: a source has been silent for hours, a source is back. Each once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from include.campaign.alarm import Alarm, post_alarm
from include.campaign.days import Close
from include.campaign.plan import Plan
from include.campaign.pull.reading import LEDGER
from include.campaign.render.formats import moment
from include.campaign.render.templates import OFFICIAL_LANGUAGE, terms
from include.campaign.warehouse import fetch, run

KIND = "sources"
"""Kind of the alarm in the outbox."""


@dataclass(frozen=True)
class Health:
    """How a source fares.

    Attributes:
        code: the registry, or the ledger.
        outcome: of its last attempt; of its last failure while it is silent.
        silent_since: first failure since the last good reading; None: it is not silent.
        last_read_at: the last good reading; None: never.
        acknowledged: the data team knows that it cannot be read.
    """

    code: str
    outcome: str
    silent_since: datetime | None
    last_read_at: datetime | None
    acknowledged: bool = False


@dataclass(frozen=True)
class News:
    """A source that fell silent or is back, since when; `told`: the data team hears of it."""

    code: str
    kind: Literal["silent", "back"]
    since: datetime
    outcome: str
    last_read_at: datetime | None
    told: bool


def news_of(
    health: Iterable[Health], noticed: Mapping[str, datetime], now: datetime, patience: timedelta
) -> list[News]:
    """What has changed since the last look. Pure.

    A silence is news when it has lasted for `patience`, and once; its end is news when its beginning was. A silence
    that is acknowledged is noticed without telling; its end is told, since somebody waits for it.

    Args:
        health: every source, as it is now.
        noticed: silences noticed and not ended, source to first failure.
        now: the present.
        patience: how long a source may be silent before it is news.
    """
    news = []
    for one in health:
        since = one.silent_since
        if since is None:
            if one.code in noticed and one.last_read_at is not None:
                news.append(News(one.code, "back", one.last_read_at, one.outcome, one.last_read_at, told=True))
        elif now - since >= patience and noticed.get(one.code) != since:
            news.append(News(one.code, "silent", since, one.outcome, one.last_read_at, told=not one.acknowledged))
    return news


def tell_news(conn: Connection, plan: Plan, close: Close, now: datetime) -> list[News]:
    """Notice what has changed and put one mail about it into the outbox; returns what is new.

    Args:
        conn: campaign database, in a transaction of the caller: what is noticed and the mail stand or fall together.
        plan: the plan: its hours of patience, names, and whom to ring.
        close: the close that the present belongs to.
        now: the campaign's present instant.
    """
    run(conn, "lock_alerts")
    noticed = {row["source_code"]: row["since"] for row in fetch(conn, "select_open_silences")}
    patience = timedelta(hours=plan.rules.watch.silent_hours)
    found = news_of(_health(conn, close.day), noticed, now, patience)
    alarm = _alarm(plan, close, [one for one in found if one.told])
    new = [one for one in found if _record(conn, one, now, alarm.key if alarm and one.told else None)]
    if alarm and any(one.told for one in new):
        post_alarm(conn, plan, alarm, now)
    return new


def _health(conn: Connection, day: date) -> list[Health]:
    return [
        Health(
            code=row["source_code"],
            outcome=row["silent_outcome"] or row["outcome"],
            silent_since=row["silent_since"],
            last_read_at=row["last_read_at"],
            acknowledged=row["acknowledged_until"] is not None
            and row["acknowledged_from"] <= day <= row["acknowledged_until"],
        )
        for row in fetch(conn, "select_source_health")
        if row["outcome"] is not None
    ]


def _record(conn: Connection, one: News, now: datetime, message_key: str | None) -> bool:
    added = run(
        conn,
        "insert_alert",
        source_code=one.code,
        kind=one.kind,
        since=one.since,
        outcome=one.outcome,
        noticed_at=now,
        message_key=message_key,
    )
    return added.first() is not None


def _alarm(plan: Plan, close: Close, told: list[News]) -> Alarm | None:
    """One mail about all of it; the same news make the same key."""
    if not told:
        return None
    silent = [one for one in told if one.kind == "silent"]
    back = [one for one in told if one.kind == "back"]
    numbers = [f"{len(silent)} nguồn mất liên lạc"] if silent else []
    numbers += [f"{len(back)} nguồn đã đọc lại được"] if back else []
    said = "\n".join(sorted(f"{one.code} {one.kind} {one.since.isoformat()}" for one in told))
    return Alarm(
        kind=KIND,
        close=close,
        subject=f"Theo dõi nguồn dữ liệu: {', '.join(numbers)}",
        lines=tuple(_lines(plan, silent)),
        table=(
            ("Nguồn", "Tình trạng", "Từ lúc", "Đọc được lần cuối", "Liên hệ"),
            *(_row(plan, close.day, one) for one in (*silent, *back)),
        ),
        occasion=hashlib.sha256(said.encode()).hexdigest()[:16],
    )


def _lines(plan: Plan, silent: list[News]) -> Iterable[str]:
    if len(silent) > plan.rules.ladder.common_cause_share * len(plan.registry_codes):
        yield "Nhiều nguồn cùng mất liên lạc: kiểm tra đường truyền và máy chủ của Sở trước khi gọi từng đơn vị."
    if silent:
        hours = f"{plan.rules.watch.silent_hours:g}".replace(".", ",")
        yield (
            f"Các nguồn sau không đọc được lần nào trong ít nhất {hours} giờ. Mỗi lần mất liên lạc chỉ báo một thư; "
            "khi đọc lại được sẽ có thư. Nếu đã biết và chưa khắc phục được ngay, ghi nhận bằng lệnh: python -m "
            "include.campaign.desk sources acknowledge MÃ --until NGÀY --why LÝ_DO --by NGƯỜI_GHI."
        )
    else:
        yield "Các nguồn đã báo mất liên lạc nay đọc lại được; không cần làm gì thêm."


def _row(plan: Plan, day: date, one: News) -> tuple[str, ...]:
    zone = plan.rules.campaign.timezone
    words = terms(OFFICIAL_LANGUAGE)["outcomes"].get(one.outcome, one.outcome)
    return (
        _name(plan, one.code),
        words if one.kind == "silent" else f"đã đọc lại được ({words})",
        moment(one.since.astimezone(zone)),
        moment(one.last_read_at.astimezone(zone)) if one.last_read_at else "chưa lần nào",
        _contact(plan, one.code, day) if one.kind == "silent" else "",
    )


def _name(plan: Plan, code: str) -> str:
    return "Sổ tiếp nhận của Bộ Tư pháp" if code == LEDGER else f"{plan.full_name(code)} ({code})"


def _contact(plan: Plan, code: str, day: date) -> str:
    if code == LEDGER:
        return ""
    try:
        contact = plan.contact(code, "civil_status", day)
    except LookupError:
        return ""
    return ", ".join(filter(None, (contact.office, contact.phone)))
