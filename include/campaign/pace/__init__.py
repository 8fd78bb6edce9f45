"""Pace: how fast each unit goes, when it will be done and how sure that is, and which flags that raises.

Pure functions on arrays (`season`, `roadmap`, `forecast`, `backtest`, `fairness`, `flags`, `judging`), and one module
that reads closed days from the campaign database and freezes what was found (`freezing`).
"""
