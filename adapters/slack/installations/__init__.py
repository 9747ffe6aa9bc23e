"""The workspaces that have installed the Slack app, and their tokens."""
