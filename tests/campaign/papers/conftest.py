"""Scenes of papers."""

import pytest

from tests.campaign.conftest import FrozenTables
from tests.campaign.papers.edition_scene import EditionScene


@pytest.fixture
def editions(frozen: FrozenTables) -> EditionScene:
    """A province without closes; three registries may be unread."""
    return EditionScene(frozen)
