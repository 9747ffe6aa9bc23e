"""Code shared by providers that use OpenAI-compatible APIs: clients, errors, parsing and model lists."""
