"""Slack events become core events: messages, slash commands, buttons and modals, and the acknowledgement of each."""
