"""Compiled templates that are kept: what is made of them is as if they were compiled anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.campaign.render import templates
from include.campaign.render.templates import environment


def folder_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> Path:
    """A folder of templates with one of that name; what is compiled of it is kept beside the folder."""
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / name).write_text("{{ 1000 | number }}", encoding="utf-8")
    monkeypatch.setattr(templates, "TEMPLATES", tmp_path / "mail")
    return tmp_path / "__pycache__"


def test_another_way_of_writing_compiles_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = folder_of(tmp_path, monkeypatch, "one.txt.j2")
    for number, written in ((1, "1.000"), (2, "một nghìn")):
        (tmp_path / "formats.py").write_text(f"# version {number}", encoding="utf-8")
        monkeypatch.setattr(templates.formats, "__file__", str(tmp_path / "formats.py"))
        found = environment.__wrapped__("vi")
        found.filters["number"] = lambda _, written=written: written
        assert found.get_template("one.txt.j2").render() == written
        assert len(list(kept.glob("*.cache"))) == number


def test_languages_keep_apart_what_they_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = folder_of(tmp_path, monkeypatch, "both.txt.j2")
    for _ in range(2):  # the second time from what was kept
        made = {language: environment.__wrapped__(language).get_template("both.txt.j2") for language in ("vi", "en")}
        assert {language: one.render() for language, one in made.items()} == {"vi": "1.000", "en": "1,000"}
    assert len(list(kept.glob("*.cache"))) == 2


def test_where_nothing_can_be_kept_it_is_compiled_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_of(tmp_path, monkeypatch, "one.txt.j2").write_text("no folder", encoding="utf-8")
    assert environment.__wrapped__("vi").get_template("one.txt.j2").render() == "1.000"
