"""Numbers, shares and dates as readers of a language write them; the filters of the templates.

What is unknown is written out: it is never a zero and never a blank. Files that officials pass on are Vietnamese
whatever their reader's language: the functions of this module are those of Vietnamese.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

NO_DATA = "chưa có số liệu"
NO_QUOTA = "không giao chỉ tiêu"
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


def vietnamese_day(value: date) -> str:
    """As "05/03/2025"."""
    return value.strftime("%d/%m/%Y")


def english_day(value: date) -> str:
    """As "5 March 2025", whatever the machine's locale."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


@dataclass(frozen=True)
class Writing:
    """How a language writes numbers and dates, and its words for what there is not.

    Attributes:
        thousands, point: between groups of three digits, and before tenths.
        per_cent: after a share.
        below, above: before a bound.
        times_word: after "how many times as much".
        unforeseen: in place of a day that cannot be told.
        on: between an hour and its day.
        dated: writes a day.
        short_day: format of a day where the year is plain.
        lowers_names: a unit's name begins small in the middle of a sentence.
    """

    thousands: str
    point: str
    per_cent: str
    no_data: str
    no_quota: str
    empty_quota: str
    below: str
    above: str
    times_word: str
    unforeseen: str
    on: str
    dated: Callable[[date], str]
    short_day: Callable[[date], str]
    lowers_names: bool

    def number(self, value: int | None) -> str:
        """13279 as "13.279"."""
        return self.no_data if value is None else f"{value:,}".replace(",", self.thousands)

    def added(self, value: int | None) -> str:
        """A change: 1234 as "+1.234", -5 as "-5", 0 as "0"."""
        if value is None:
            return self.no_data
        return f"+{self.number(value)}" if value > 0 else self.number(value)

    def percent(self, done: int | None, quota: int | None) -> str:
        """Done of a quota as "12,5 %", rounded down: 100 % is only what is whole, and a start is never "0,0 %"."""
        if quota is None:
            return self.no_quota
        if done is None:
            return self.no_data
        if not quota:
            return self.empty_quota
        tenths = done * 1000 // quota
        if done > 0 and tenths == 0:
            return f"{self.below} 0{self.point}1{self.per_cent}"
        if tenths == 1000:
            return f"100{self.per_cent}"
        return f"{self.number(tenths // 10)}{self.point}{tenths % 10}{self.per_cent}"

    def share(self, value: Decimal) -> str:
        """A share that is a rule, exactly: 0.025 as "2,5 %"."""
        return f"{(value * 100).normalize():f}".replace(".", self.point) + self.per_cent

    def chance(self, value: float | None) -> str:
        """A chance as "35 %", rounded down; nothing that is simulated is certain: "dưới 1 %", "trên 99 %"."""
        if value is None:
            return self.no_data
        hundredths = int(value * 100 + 1e-9)
        if hundredths < 1:
            return f"{self.below} 1{self.per_cent}"
        return f"{self.above} 99{self.per_cent}" if value > 0.99 else f"{hundredths}{self.per_cent}"

    def tenths(self, value: float | None) -> str:
        """A measured figure with one place: 9.53 as "9,5", 1234.5 as "1.234,5"."""
        if value is None:
            return self.no_data
        whole, place = f"{value:,.1f}".split(".")
        return f"{whole.replace(',', self.thousands)}{self.point}{place}"

    def hundredths(self, value: float) -> str:
        """A score with two places: 0.1834 as "0,18"."""
        return f"{value:.2f}".replace(".", self.point)

    def times(self, ratio: float) -> str:
        """How many times as much: 1.354 as "1,35 lần"."""
        return f"{self.hundredths(ratio)} {self.times_word}"

    def day(self, value: date) -> str:
        """As "05/03/2025"."""
        return self.dated(value)

    def day_month(self, value: date | None) -> str:
        """As "05/03", where the year is plain; a day that cannot be foretold is "chưa rõ"."""
        return self.unforeseen if value is None else self.short_day(value)

    def moment(self, instant: datetime) -> str:
        """As "18:00 ngày 05/03/2025"; midnight ends the day before, as officials count: "24:00 ngày 20/03/2025"."""
        if instant.time() == time(0):
            return f"24:00 {self.on} {self.day(instant.date() - timedelta(days=1))}"
        return f"{instant:%H:%M} {self.on} {self.day(instant.date())}"

    def hour(self, instant: datetime) -> str:
        """As "18:00", where the day is plain."""
        return f"{instant:%H:%M}"

    def last_day(self, instant: datetime) -> str:
        """Last day before an instant that ends a period: midnight of the 16th as "15/03/2025"."""
        return self.day((instant - timedelta(microseconds=1)).date())

    def inside(self, name: str) -> str:
        """A unit's name in the middle of a sentence: "Phường 1, thành phố A" as "phường 1, thành phố A"."""
        return name[:1].lower() + name[1:] if self.lowers_names else name


def width(done: int | None, quota: int | None) -> int:
    """Length of a bar, 0 to 100; a start is visible, and only what is whole is full."""
    if not done or not quota:
        return 0
    return 100 if done >= quota else max(1, done * 100 // quota)


def line(text: str) -> str:
    """Text on one line, for subjects and the plain part: a name can hold anything."""
    return " ".join(str(text).split())


def sentence(text: str) -> str:
    """Words of the plan at the head of a sentence: the first letter large, all others as they are."""
    return text[:1].upper() + text[1:]


WRITINGS = {
    "vi": Writing(
        thousands=".",
        point=",",
        per_cent=" %",
        no_data=NO_DATA,
        no_quota=NO_QUOTA,
        empty_quota="chỉ tiêu bằng 0",
        below="dưới",
        above="trên",
        times_word="lần",
        unforeseen="chưa rõ",
        on="ngày",
        dated=vietnamese_day,
        short_day=lambda value: value.strftime("%d/%m"),
        lowers_names=True,
    ),
    "en": Writing(
        thousands=",",
        point=".",
        per_cent="%",
        no_data="no data",
        no_quota="no quota given",
        empty_quota="quota is 0",
        below="below",
        above="above",
        times_word="times",
        unforeseen="not known",
        on="on",
        dated=english_day,
        short_day=lambda value: f"{value.day} {_MONTHS[value.month - 1]}",
        lowers_names=False,
    ),
}
"""By language."""

_NAMED = ("number", "share", "added", "chance", "tenths", "hundredths", "times", "day", "day_month", "moment", "hour",
          "last_day", "inside")  # fmt: skip


def filters(language: str) -> dict[str, Callable[..., Any]]:
    """Filters of a language's templates, by name."""
    writing = WRITINGS[language]
    return {**{name: getattr(writing, name) for name in _NAMED}, "line": line, "sentence": sentence}


def functions(language: str) -> dict[str, Callable[..., Any]]:
    """Functions that a language's templates call, by name."""
    return {"percent": WRITINGS[language].percent, "width": width}


_VIETNAMESE = WRITINGS["vi"]
number = _VIETNAMESE.number
added = _VIETNAMESE.added
percent = _VIETNAMESE.percent
chance = _VIETNAMESE.chance
day = _VIETNAMESE.day
moment = _VIETNAMESE.moment
inside = _VIETNAMESE.inside
