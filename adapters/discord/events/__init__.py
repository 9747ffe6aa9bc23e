"""Discord events become core events: messages, slash commands, components, forms, and how each is acknowledged."""
