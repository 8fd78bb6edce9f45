"""Colours that the colour-blind tell apart (Okabe and Ito 2008), and what each stands for in every chart.

No colour stands alone: beside it there is a hatch, a mark, a line's dashes, or the value in words.
"""

from __future__ import annotations

PAPER = "#ffffff"
INK = "#1c2733"
QUIET = "#52606d"
FAINT = "#d5dce3"

RECEIVED = "#0072b2"
ENTERED = "#56b4e9"
ROADMAP = "#1c2733"
FORETOLD = "#f3d9a4"
FORETOLD_EDGE = "#b26b00"
LATE = "#d55e00"
GOOD = "#009e73"
REST = "#e8edf1"

NO_DATA_HATCH = "////"
ENTERED_HATCH = "...."
RECEIVER_HATCH = "xxx"
FORETOLD_HATCH = "\\\\\\"

BANDS: dict[str, tuple[str, str]] = {
    "not_started": ("#ffffff", INK),
    "under_10": ("#dcebf7", INK),
    "under_50": ("#9ccae8", INK),
    "under_100": ("#2773ad", "#ffffff"),
    "full": ("#062c4f", "#ffffff"),
}
"""Of bands that officials read: the colour of a cell, darker for more, and of the figures in it."""
