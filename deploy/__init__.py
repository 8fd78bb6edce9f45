"""What a deployment runs besides Airflow and the watchdog: see docs/deployment.md."""
