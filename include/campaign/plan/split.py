"""Computing the quotas that nobody published, from the level above, by largest remainder.

`python -m include.campaign.plan.split [FOLDER] [--check]` rewrites the `computed` rows of quotas.csv as baselines.yaml
says. Rows that are not computed stay as they are, and what they take is taken off before the rest is split. Give a unit
its real number by writing it in and setting `computed` to false.
"""

import argparse
import csv
import io
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from include.campaign.plan.findings import Finding, PlanError
from include.campaign.plan.load import read_tables
from include.campaign.plan.models import Baseline, Quota, Unit
from include.campaign.plan.tables import Tables

COLUMNS = ("baseline", "unit_code", "scope", "books", "cases", "origin", "computed", "source")


def largest_remainder(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Shares of `total` in proportion to `weights` (whole, not negative), in whole numbers that sum to it exactly.

    Each gets its exact share rounded down; what is left goes, one each, to the largest remainders, equal ones in the
    order of their keys. So a larger weight never gets less. Exact arithmetic: the same on every machine.

    Raises:
        ValueError: a negative number, or a total to share and no weight above zero.
    """
    if total < 0 or any(weight < 0 for weight in weights.values()):
        raise ValueError("total and weights must not be negative")
    whole = sum(weights.values())
    if whole == 0:
        if total:
            raise ValueError(f"{total} cannot be split: no weight is above zero")
        return dict.fromkeys(weights, 0)
    shares = {key: total * weight // whole for key, weight in weights.items()}
    left = total - sum(shares.values())
    by_remainder = sorted(weights, key=lambda key: (-(total * weights[key] % whole), key))
    for key in by_remainder[:left]:
        shares[key] += 1
    return shares


class Numbers(NamedTuple):
    """A unit's target; None is "not given"."""

    cases: int | None
    books: int | None


Key = tuple[str, str, str]
"""Baseline id, unit code, scope."""


@dataclass
class QuotaSheet:
    """The rows of quotas.csv while they are computed; a row without cases says "no target"."""

    tables: Tables
    rows: dict[Key, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        blank = {line for line, _ in self.tables.no_targets}
        for line, quota in sorted(self.tables.quotas + self.tables.no_targets, key=lambda row: row[0]):
            if not quota.computed:
                numbers = Numbers(None if line in blank else quota.cases, quota.books)
                self.put(quota, numbers)
        self.units = {unit.code: unit for _, unit in self.tables.units}
        self.populations = {
            row.unit_code: row.population for _, row in sorted(self.tables.populations, key=lambda pair: pair[1].year)
        }
        self.children: dict[str, list[Unit]] = {}
        for unit in self.units.values():
            self.children.setdefault(unit.parent_code or "", []).append(unit)

    def put(self, quota: Quota, numbers: Numbers) -> None:
        """Adds one row."""
        self.rows[quota.baseline, quota.unit_code, quota.scope] = {
            "baseline": quota.baseline,
            "unit_code": quota.unit_code,
            "scope": quota.scope,
            "books": "" if numbers.books is None else str(numbers.books),
            "cases": "" if numbers.cases is None else str(numbers.cases),
            "origin": quota.origin,
            "computed": "true" if quota.computed else "false",
            "source": quota.source,
        }

    def numbers(self, key: Key) -> Numbers:
        """What a row gives; nothing where there is none."""
        row = self.rows.get(key)
        if row is None:
            return Numbers(None, None)
        return Numbers(int(row["cases"]) if row["cases"] else None, int(row["books"]) if row["books"] else None)

    def compute(self) -> None:
        """Adds the computed rows of every baseline, from the province down; a baseline used as weights comes first."""
        done: set[str] = set()
        waiting = [baseline for _, baseline in self.tables.baselines]
        while waiting:
            ready = [row for row in waiting if _needs(row) <= done]
            if not ready:
                raise ValueError(f"split: {waiting[0].id} and its weights wait for each other")
            for baseline in ready:
                for province in self.children.get("", []):
                    self._below(baseline, province)
                done.add(baseline.id)
            waiting = [row for row in waiting if row.id not in done]

    def _below(self, baseline: Baseline, parent: Unit) -> None:
        children = self.children.get(parent.code, [])
        if baseline.split is not None:
            total = self.numbers((baseline.id, parent.code, "area"))
            own = self.numbers((baseline.id, parent.code, "registry"))
            self._share_out(baseline, parent, children, total, own)
        for child in children:
            self._below(baseline, child)

    def _share_out(self, baseline: Baseline, parent: Unit, children: list[Unit], total: Numbers, own: Numbers) -> None:
        open_: dict[str, int] = {}
        given = [own]
        for child in children:
            key = _key(baseline, child)
            if key in self.rows:
                given.append(self.numbers(key))
                continue
            weight = self._weight(baseline, child)
            if weight is not None:
                open_[child.code] = weight
        if total.cases is None or not open_:
            return
        rest = total.cases - sum(row.cases or 0 for row in given)
        rest_books = None if total.books is None else total.books - sum(row.books or 0 for row in given)
        if rest < 0 or (rest_books or 0) < 0:
            raise ValueError(f"{baseline.id}: the given rows below unit {parent.code} exceed its own")
        cases = largest_remainder(rest, open_)
        books = None if rest_books is None else largest_remainder(rest_books, open_)
        for code, count in cases.items():
            self._put_computed(baseline, self.units[code], Numbers(count, None if books is None else books[code]))

    def _weight(self, baseline: Baseline, child: Unit) -> int | None:
        assert baseline.split is not None  # noqa: S101  # for the type checker: asked only of baselines with a split
        weights = baseline.split.weights.get(child.level)
        if weights == "population":
            return self.populations.get(child.code)
        return None if weights is None else self.numbers((weights, child.code, _key(baseline, child)[2])).cases

    def _put_computed(self, baseline: Baseline, unit: Unit, numbers: Numbers) -> None:
        assert baseline.split is not None  # noqa: S101  # as above
        quota = Quota(
            baseline=baseline.id,
            unit_code=unit.code,
            scope="registry" if unit.level == "commune" else "area",
            cases=numbers.cases or 0,
            origin=baseline.split.origin,
            computed=True,
            source=baseline.split.source,
        )
        self.put(quota, numbers)

    def csv(self) -> str:
        """The file: by baseline, then in the order of units.csv, an area before the unit's own registry."""
        baselines = [row.id for _, row in self.tables.baselines]
        codes = {code: place for place, code in enumerate(self.units)}
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for key in sorted(self.rows, key=lambda key: (baselines.index(key[0]), codes[key[1]], key[2])):
            writer.writerow(self.rows[key])
        return text.getvalue()


def _needs(baseline: Baseline) -> set[str]:
    return set(baseline.split.weights.values()) - {"population"} if baseline.split else set()


def _key(baseline: Baseline, unit: Unit) -> Key:
    return baseline.id, unit.code, "registry" if unit.level == "commune" else "area"


def split_quotas(folder: Path) -> str:
    """The text that quotas.csv should have, by the folder's other files and its own rows that are not computed.

    Raises:
        PlanError: a file that the computation needs has faults, or the given rows exceed what is above them.
    """
    found: list[Finding] = []
    sheet = QuotaSheet(read_tables(folder, found))
    needed = {"units.csv", "population.csv", "quotas.csv", "baselines.yaml"}
    faults = [finding for finding in found if finding.file in needed]
    if faults:
        raise PlanError(faults)
    try:
        sheet.compute()
    except ValueError as error:
        raise PlanError([Finding("quotas.csv", 1, str(error))]) from error
    return sheet.csv()


def _lines(arguments: list[str] | None) -> Iterator[str]:
    parser = argparse.ArgumentParser(prog="python -m include.campaign.plan.split", description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("include/plan"), help="the plan's folder")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if quotas.csv would change")
    options = parser.parse_args(arguments)
    path = options.folder / "quotas.csv"
    text = split_quotas(options.folder)
    if path.read_text(encoding="utf-8-sig") == text:
        yield f"{path}: as computed"
    elif options.check:
        raise PlanError([Finding("quotas.csv", 1, "not as computed: run python -m include.campaign.plan.split")])
    else:
        path.write_text(text, encoding="utf-8", newline="")
        yield f"{path}: rewritten"


def main(arguments: list[str] | None = None) -> int:
    """The command; 0, or 1 with the reasons on standard error."""
    try:
        for line in _lines(arguments):
            print(line)
    except PlanError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
