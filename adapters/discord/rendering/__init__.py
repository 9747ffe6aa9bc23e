"""Cards and forms as Discord's JSON, and the ids of their components. Pure."""
