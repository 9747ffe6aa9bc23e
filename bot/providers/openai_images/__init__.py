"""Image models behind the Images API, at OpenAI or at a server that is compatible with it."""
