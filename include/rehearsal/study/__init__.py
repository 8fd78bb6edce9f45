"""How early and how rightly a campaign is judged: many made-up provinces, played in memory and judged every evening.

Nothing is written to a database: what the system would have read at each close is counted from the histories themselves
(`sight`), judged by the very functions that judge a real close (`evenings`), and held against what the world knows
(`scores`).
"""
