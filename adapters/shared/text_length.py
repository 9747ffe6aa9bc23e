"""How long a text is for JavaScript clients, which count UTF-16 code units."""


def utf16_units(text: str) -> int:
    """Characters beyond the basic plane, such as most emoji, count twice."""
    return len(text) + sum(char > "\uffff" for char in text)
