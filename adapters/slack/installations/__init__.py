"""The workspaces that installed the app, and their tokens."""
