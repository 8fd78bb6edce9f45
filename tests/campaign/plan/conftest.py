"""A plan to spoil."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import SMALL_PLAN


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the small plan."""
    return Path(shutil.copytree(SMALL_PLAN, tmp_path / "plan"))
