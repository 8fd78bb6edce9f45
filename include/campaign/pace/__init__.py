"""Pace: how fast each unit goes, when it will be done and how sure that is, and which flags that raises.

Pure functions on arrays: from a `season` and its `roadmap` by way of `rhythm` (what days weigh), `rates` (own days),
`courses` and `handing` to the `forecast`, with `fairness` to the `flags`; `judging` does it all. One module reads
closed days from the campaign database and freezes what was found (`freezing`).
"""
