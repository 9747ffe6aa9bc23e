"""The one way to Slack's Web API: pacing, retries and errors."""
