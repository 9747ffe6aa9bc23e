"""Sends to Slack: messages, ephemeral messages, picture files and previews."""
