"""How Slack's events come in: Socket Mode or HTTP with signatures, and OAuth."""
