"""The rules about prompts that hold for every model."""

MAX_PROMPT_CHARS = 32_000
"""What the GPT image models accept; longer prompts are refused before anything is paid."""


def with_exclusions(prompt: str, exclude: str | None) -> str:
    """The prompt with `--no THINGS` as an honest sentence: no model here takes a negative prompt."""
    things = [thing for part in (exclude or "").split(",") if (thing := part.strip().rstrip("."))]
    if not things:
        return prompt
    return f"{prompt}\n\nDo not include: {', '.join(things)}.".strip()
