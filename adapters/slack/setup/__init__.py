"""Setting Slack up: the doctor and the app manifest."""
