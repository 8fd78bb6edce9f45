"""What would cure a delay: who is there, who is missing, who could help whom, and whether help helped.

Pure functions on arrays (a row per registry, in the season's order) and one step, `freeze_cure`, that keeps what a
close found. All of it is a proposal to people; nothing here orders anybody anywhere. Rules: rules.yaml, section `cure`.
"""
