"""Rules for prompts that apply to every model."""

MAX_PROMPT_CHARS = 32_000
"""The limit of the GPT image models; longer prompts are refused before anything is paid."""


def with_exclusions(prompt: str, exclude: str | None) -> str:
    """The prompt with `--no THINGS` added as a sentence: no model here has a negative prompt."""
    things = [thing for part in (exclude or "").split(",") if (thing := part.strip().rstrip("."))]
    if not things:
        return prompt
    return f"{prompt}\n\nDo not include: {', '.join(things)}.".strip()
