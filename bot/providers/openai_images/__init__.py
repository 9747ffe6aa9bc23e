"""The provider for image models behind the Images API of OpenAI or a compatible server."""
