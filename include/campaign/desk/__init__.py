"""What the data team does by hand, each thing a command: `python -m include.campaign.desk --help`."""
