"""Users, channels and files of a Slack workspace."""
