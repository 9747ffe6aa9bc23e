"""All settings. Only the composition root reads them, and only this package reads the environment for settings."""
