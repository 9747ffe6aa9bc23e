"""Slack's events, slash commands and interactions: parsed, submitted to the core, and acknowledged."""
