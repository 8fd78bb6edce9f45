"""Adapters between Airflow and the domain: connections, parameters, and the task groups that the DAGs share.

Modules here may import Airflow; the domain (`include.campaign`) never does, and is imported inside the tasks, since a
DAG file is parsed every few seconds.
"""
