"""What is known of a Slack workspace: users, channels and files."""
