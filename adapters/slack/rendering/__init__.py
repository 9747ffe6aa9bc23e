"""Cards, modals and the App Home as Slack's JSON. Pure."""
