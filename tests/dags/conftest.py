"""DAG files as Airflow reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.airflow_home import ROOT, airflow_db  # noqa: F401  (sets Airflow's home, before a fixture imports Airflow)
from tests.dags.runner import inbox, run, smtp, sources, world  # noqa: F401

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag


@pytest.fixture(scope="session")
def dagbag() -> DagBag:
    """All DAG files of the project with the project's plan, scheduled as in production."""
    from airflow.dag_processing.dagbag import DagBag  # noqa: PLC0415

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CAMPAIGN_SCHEDULE", raising=False)
        patch.delenv("CAMPAIGN_PLAN", raising=False)
        patch.delenv("CAMPAIGN_CONNECT_SECONDS", raising=False)
        patch.delenv("CAMPAIGN_RETRY_DELAY_SECONDS", raising=False)
        return DagBag(dag_folder=ROOT / "dags")
