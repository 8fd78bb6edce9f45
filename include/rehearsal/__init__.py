"""The simulated outside world: registries, the Ministry's ledger and what goes wrong between them.

Nothing in include/campaign imports it. Nothing is imported here either: the proxy in front of the registries starts
without what builds a province.
"""
