"""Generates `.env.example` from the settings."""

from bot.settings.fields import display_value, example_of, legal_values
from bot.settings.settings import Settings, variable


def env_example() -> str:
    """All settings with their description and an example, commented out."""
    paragraphs = ["# Copy to .env and change what you need: every setting has a default that works."]
    for name, field in Settings.model_fields.items():
        default = display_value(field.default)
        facts = f"{legal_values(field)}; default: {default}" if default else legal_values(field)
        paragraphs.append(f"# {field.description}\n# ({facts})\n#{variable(name)}={example_of(field)}")
    return "\n\n".join(paragraphs) + "\n"
