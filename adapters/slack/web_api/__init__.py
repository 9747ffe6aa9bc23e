"""Calls to Slack's Web API, with rate limits, retries and errors."""
