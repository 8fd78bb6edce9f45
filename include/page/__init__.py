"""The page in Airflow's UI: registries by days, read or not, why, and what to do next. Registered by `plugins/`."""
