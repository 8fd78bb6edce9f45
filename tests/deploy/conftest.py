"""Airflow's home is set before anything imports Airflow."""

import tests.airflow_home  # noqa: F401
