"""The stack on one machine: PostgreSQL, Airflow, a mail sink and the rehearsal, under one supervisor."""
