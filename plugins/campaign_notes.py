"""Registers the listener that writes the day's line into the note of its run."""

from airflow.plugins_manager import AirflowPlugin

from include.tasks import notes


class CampaignNotes(AirflowPlugin):
    """The run's note. The code lies in `include/tasks/notes.py`."""

    name = "campaign_notes"
    listeners = [notes]
