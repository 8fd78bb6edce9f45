"""Spoiling a copy of a plan, and what loading it says then."""

from pathlib import Path

import pytest

from include.campaign.plan import PlanError, load_plan


def spoil(folder: Path, name: str, old: str, new: str) -> int:
    """Replaces one text in a file; gives the line where it stood."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def faults(folder: Path) -> list[str]:
    with pytest.raises(PlanError) as caught:
        load_plan(folder)
    assert str(caught.value).splitlines() == [str(finding) for finding in caught.value.findings]
    return str(caught.value).splitlines()
