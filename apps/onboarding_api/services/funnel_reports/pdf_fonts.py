"""The letters of the PDF: a font that comes with the library, and where that lacks one, the font of the settings."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from xml.sax.saxutils import escape

from django.conf import settings
from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

NORMAL, BOLD, OTHER = "Report", "Report-Bold", "Report-Other"
MISSING = "?"
"""Stands for what no font has."""


@cache
def coverage() -> dict[str, frozenset[int]]:
    """Code points by font, once they are registered with the library; the first font comes first."""
    fonts = [TTFont(NORMAL, "Vera.ttf"), TTFont(BOLD, "VeraBd.ttf")]
    for font in fonts:
        pdfmetrics.registerFont(font)
    for bold, name in enumerate((NORMAL, BOLD)):
        for italic in (0, 1):
            addMapping(NORMAL, bold, italic, name)
    found = {NORMAL: frozenset(fonts[0].face.charToGlyph) & frozenset(fonts[1].face.charToGlyph)}
    if settings.FUNNEL.report_font is not None:
        other = TTFont(OTHER, str(settings.FUNNEL.report_font))
        pdfmetrics.registerFont(other)
        for bold in (0, 1):
            for italic in (0, 1):
                addMapping(OTHER, bold, italic, OTHER)
        found[OTHER] = frozenset(other.face.charToGlyph)
    return found


def marked(text: str) -> str:
    """Text for a paragraph: each run in a font that has it."""
    runs = ((font, "".join(letters)) for font, letters in groupby(text, key=_font_of))
    return "".join(_run(font, letters) for font, letters in runs)


def plain(text: str) -> str:
    """Text that the first font has, for a drawing."""
    return "".join(letter if _font_of(letter) == NORMAL else MISSING for letter in text)


def lacking(text: str) -> set[str]:
    """The letters that no font has."""
    return {letter for letter in text if _font_of(letter) is None}


def _run(font: str | None, letters: str) -> str:
    if font is None:
        return MISSING * len(letters)
    return escape(letters) if font == NORMAL else f'<font name="{font}">{escape(letters)}</font>'


def _font_of(letter: str) -> str | None:
    return (
        NORMAL
        if letter.isspace()
        else next((name for name, has in coverage().items() if ord(letter) in has), None)
    )
