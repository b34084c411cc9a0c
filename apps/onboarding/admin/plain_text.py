"""What people type into pages of the admin: texts that stay with the configuration name nobody.

What tells whether a text does stands above this app, so it is handed in at the start (`use`). Without it nothing is
saved.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ImproperlyConfigured

from apps.onboarding.texts import texts_of

Finder = Callable[[str], frozenset[str]]
"""The kinds of personal values in a text, such as "NAME" and "PHONE"."""
_OF_PLACES = frozenset({"ADDRESS", "GPS"})
"""Where a site stands is what its page is for."""
_WORDS = {"NAME": "a person's name", "PHONE": "a telephone number", "EMAIL": "an e-mail address"}
_finder: list[Finder] = []


def use(finder: Finder) -> None:
    _finder[:] = [finder]


class PlainTextForm(forms.ModelForm):
    """Refuses personal values in the texts that were changed; what stood there before is left as it is."""

    may_hold: ClassVar[frozenset[str]] = frozenset()
    """Kinds that are no fault here."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.changed_data:
            kinds = frozenset(
                kind for text in texts_of(cleaned.get(name), other=_pass) for kind in _kinds_in(text)
            )
            if held := kinds - _OF_PLACES - self.may_hold:
                self.add_error(name, _refusal(held))
        return cleaned


def _refusal(kinds: frozenset[str]) -> str:
    said = ", ".join(sorted({_WORDS.get(kind, "a personal value") for kind in kinds}))
    return f"This seems to hold {said}. It would stay here in the clear: please leave it out."


def _kinds_in(text: str) -> frozenset[str]:
    if not _finder:
        raise ImproperlyConfigured("nothing tells whether a text is personal, so none is saved")
    # As words too: a slug is one word.
    return _finder[0](text) | _finder[0](text.replace("-", " ").replace("_", " "))


def _pass(_: Any) -> None:
    """Rows and days that a form field gives hold no text."""
