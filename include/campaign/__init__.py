"""The domain of the campaign. It imports no Airflow, so it runs and is tested without it."""
