"""Numbers, shares and dates as a Vietnamese official writes them; the filters of the templates.

What is unknown is written out: it is never a zero and never a blank.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

NO_DATA = "chưa có số liệu"
NO_QUOTA = "không giao chỉ tiêu"


def number(value: int | None) -> str:
    """13279 as "13.279"."""
    return NO_DATA if value is None else f"{value:,}".replace(",", ".")


def added(value: int | None) -> str:
    """A change: 1234 as "+1.234", -5 as "-5", 0 as "0"."""
    if value is None:
        return NO_DATA
    return f"+{number(value)}" if value > 0 else number(value)


def percent(done: int | None, quota: int | None) -> str:
    """Done of a quota as "12,5 %", rounded down: 100 % is only what is whole, and a start is never "0,0 %"."""
    if quota is None:
        return NO_QUOTA
    if done is None:
        return NO_DATA
    if not quota:
        return "chỉ tiêu bằng 0"
    tenths = done * 1000 // quota
    if done > 0 and tenths == 0:
        return "dưới 0,1 %"
    return "100 %" if tenths == 1000 else f"{number(tenths // 10)},{tenths % 10} %"


def share(value: Decimal) -> str:
    """A share that is a rule, exactly: 0.025 as "2,5 %"."""
    return f"{(value * 100).normalize():f} %".replace(".", ",")


def chance(value: float | None) -> str:
    """A chance as "35 %", rounded down; nothing that is simulated is certain: "dưới 1 %", "trên 99 %"."""
    if value is None:
        return NO_DATA
    hundredths = int(value * 100 + 1e-9)
    if hundredths < 1:
        return "dưới 1 %"
    return "trên 99 %" if value > 0.99 else f"{hundredths} %"


def tenths(value: float | None) -> str:
    """A measured figure with one place: 9.53 as "9,5", 1234.5 as "1.234,5"."""
    if value is None:
        return NO_DATA
    whole, place = f"{value:,.1f}".split(".")
    return f"{whole.replace(',', '.')},{place}"


def hundredths(value: float) -> str:
    """A score with two places: 0.1834 as "0,18"."""
    return f"{value:.2f}".replace(".", ",")


def times(ratio: float) -> str:
    """How many times as much: 1.354 as "1,35 lần"."""
    return f"{ratio:.2f} lần".replace(".", ",")


def width(done: int | None, quota: int | None) -> int:
    """Length of a bar, 0 to 100; a start is visible, and only what is whole is full."""
    if not done or not quota:
        return 0
    return 100 if done >= quota else max(1, done * 100 // quota)


def day(value: date) -> str:
    """As "05/03/2025"."""
    return value.strftime("%d/%m/%Y")


def day_month(value: date | None) -> str:
    """As "05/03", where the year is plain; a day that cannot be foretold is "chưa rõ"."""
    return "chưa rõ" if value is None else value.strftime("%d/%m")


def moment(instant: datetime) -> str:
    """As "18:00 ngày 05/03/2025"; midnight ends the day before, as officials count: "24:00 ngày 20/03/2025"."""
    if instant.time() == time(0):
        return f"24:00 ngày {day(instant.date() - timedelta(days=1))}"
    return f"{instant:%H:%M} ngày {day(instant.date())}"


def hour(instant: datetime) -> str:
    """As "18:00", where the day is plain."""
    return f"{instant:%H:%M}"


def last_day(instant: datetime) -> str:
    """Last day before an instant that ends a period: midnight of the 16th as "15/03/2025"."""
    return day((instant - timedelta(microseconds=1)).date())


def line(text: str) -> str:
    """Text on one line, for subjects and the plain part: a name can hold anything."""
    return " ".join(str(text).split())


def inside(name: str) -> str:
    """A unit's name in the middle of a sentence: "Phường 1, thành phố A" as "phường 1, thành phố A"."""
    return name[:1].lower() + name[1:]


def sentence(text: str) -> str:
    """Words of the plan at the head of a sentence: the first letter large, all others as they are."""
    return text[:1].upper() + text[1:]


FILTERS = {
    "number": number,
    "share": share,
    "added": added,
    "chance": chance,
    "tenths": tenths,
    "hundredths": hundredths,
    "times": times,
    "day": day,
    "day_month": day_month,
    "moment": moment,
    "hour": hour,
    "last_day": last_day,
    "line": line,
    "inside": inside,
    "sentence": sentence,
}
FUNCTIONS = {"percent": percent, "width": width}
