"""Papers as tests of words need them: files and painted charts take four fifths of the time that a paper takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from include.campaign.render import Picture, paper


@contextmanager
def only_pages() -> Iterator[None]:
    """Papers are made without their files, and of a chart only its words: the page and the text are as ever."""
    from include.campaign.render.charts.canvas import Canvas, plain  # noqa: PLC0415 (loads matplotlib)

    def words_alone(canvas: Canvas, cid: str, alt: str) -> Picture:
        return Picture(cid, b"-", plain(alt), round(canvas.width))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(paper, "_files", lambda *_: ())
        patched.setattr(Canvas, "picture", words_alone)
        yield


@pytest.fixture
def pages_alone() -> Iterator[None]:
    """Papers of this test have no files and no pictures."""
    with only_pages():
        yield
