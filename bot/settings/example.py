"""The text of `.env.example`, so that it cannot go stale."""

from bot.settings.fields import example_of, legal_values, shown
from bot.settings.settings import Settings, variable


def env_example() -> str:
    """Every setting with what it does and an example, all commented out."""
    paragraphs = ["# Copy to .env and change what you need: every setting has a default that works."]
    for name, field in Settings.model_fields.items():
        default = shown(field.default)
        facts = f"{legal_values(field)}; default: {default}" if default else legal_values(field)
        paragraphs.append(f"# {field.description}\n# ({facts})\n#{variable(name)}={example_of(field)}")
    return "\n\n".join(paragraphs) + "\n"
