"""How Slack's events arrive, by Socket Mode or signed HTTP requests, and how workspaces install the app by OAuth."""
