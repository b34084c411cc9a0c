"""Word lists of the languages that people mix freely: English, Hindi and Hindi in Latin letters."""


def listed(text: str) -> list[str]:
    """The words of a block of text, in order."""
    return text.split()
