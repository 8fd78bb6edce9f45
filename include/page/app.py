"""The FastAPI app that Airflow's API server mounts. Everything in it stands behind Airflow's log-in."""

import logging

from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
from airflow.api_fastapi.core_api.security import requires_access_view
from airflow.sdk.exceptions import AirflowNotFoundException
from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse
from sqlalchemy.exc import SQLAlchemyError

from include.campaign.connections import WAREHOUSE
from include.campaign.plan import PlanError
from include.page.store import read_status
from include.page.view import render_status, render_unavailable
from include.tasks import connections, settings

log = logging.getLogger(__name__)

# Airflow does not guard what a plugin mounts: the dependency on the whole app does, for every route there will be.
app = FastAPI(
    title="campaign",
    dependencies=[Depends(requires_access_view(AccessView.PLUGINS))],
    docs_url=None,
    redoc_url=None,
    openapi_url=None,
)

_HEADERS = {
    # No script at all, nothing from elsewhere; Airflow's own UI may frame it.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "Cache-Control": "no-store",
}


@app.get("/status", response_class=HTMLResponse)
def status() -> HTMLResponse:
    """Registries by days, from the frozen tables."""
    try:
        page = render_status(read_status(connections.warehouse(), settings.plan()))
        return HTMLResponse(page, headers=_HEADERS)
    except AirflowNotFoundException:
        reason = f"Chưa khai báo kết nối {WAREHOUSE}."
    except PlanError as error:
        reason = f"Kế hoạch có lỗi:\n{error}"
    except SQLAlchemyError as error:
        # The driver's message names host and role: that belongs into the server's log, not on a page.
        log.warning("the campaign database cannot be read: %s", error)
        reason = f"Cơ sở dữ liệu của chiến dịch (kết nối {WAREHOUSE}) không trả lời."
    return HTMLResponse(render_unavailable(reason), status_code=503, headers=_HEADERS)
