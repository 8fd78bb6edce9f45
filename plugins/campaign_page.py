"""Registers the page *Tình trạng đọc* (registries by days) in Airflow's UI. The code lies in `include/page/`."""

from airflow.plugins_manager import AirflowPlugin
from starlette.types import ASGIApp, Receive, Scope, Send


class PageApp:
    """The page's app, made at the first request: every process of Airflow loads plugins, one serves requests."""

    def __init__(self) -> None:
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if self._app is None:
            from include.page.app import app

            self._app = app
        await self._app(scope, receive, send)


class CampaignPage(AirflowPlugin):
    """An entry under *Browse*; paths are relative, so that Airflow may live under a prefix."""

    name = "campaign_page"
    fastapi_apps = [{"app": PageApp(), "url_prefix": "/campaign", "name": "campaign"}]
    external_views = [
        {
            "name": "Tình trạng đọc",
            "href": "campaign/status",
            "url_route": "campaign-status",
            "destination": "nav",
            "category": "browse",
        }
    ]
