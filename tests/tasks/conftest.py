"""Airflow's home is set before anything imports Airflow."""

from tests.airflow_home import airflow_db  # noqa: F401
