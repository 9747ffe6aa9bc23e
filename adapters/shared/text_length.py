"""Text length in UTF-16 code units, as JavaScript clients count."""


def utf16_units(text: str) -> int:
    """The number of UTF-16 code units. Most emoji count twice, as all characters above U+FFFF."""
    return len(text) + sum(char > "\uffff" for char in text)
