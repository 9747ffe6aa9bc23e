"""JSON that Slack sends, as frozen dataclasses: events, interactions, and answers of the Web API."""
