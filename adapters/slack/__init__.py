"""Slack: `/imagine`, threads, menus, forms and the App Home, over Socket Mode or HTTP."""
