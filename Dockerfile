# The system in one image: docker-compose.yaml runs Airflow's four processes, the watchdog and `init` from it.
# Python and Debian are those that the tests run on. Every package comes from the lock, as a wheel, with its hash.
FROM python:3.11.15-slim-bookworm

# Number and group as in Airflow's own image. It owns the packages and what Airflow writes, not the project's code.
RUN useradd --uid 50000 --gid 0 --create-home --home-dir /opt/airflow airflow \
    && install --directory --owner=airflow --group=0 /opt/airflow/logs /opt/airflow/state
USER airflow

WORKDIR /opt/campaign
RUN python -m venv /opt/airflow/venv
ENV AIRFLOW_HOME=/opt/airflow \
    PATH=/opt/airflow/venv/bin:$PATH \
    PYTHONPATH=/opt/campaign \
    PYTHONUNBUFFERED=1

COPY requirements.txt ./
RUN pip install --no-cache-dir --no-deps --only-binary=:all: --require-hashes -r requirements.txt

# What .dockerignore lets through: no tests, no rehearsal, no plan (it is mounted), no secrets.
COPY dags dags
COPY plugins plugins
COPY include include
COPY deploy deploy
