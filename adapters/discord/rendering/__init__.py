"""Cards, forms and commands as Discord's JSON, and the custom ids of components. Pure."""
