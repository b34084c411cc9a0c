"""The engine's own sentences, by language."""

from functools import lru_cache
from pathlib import Path

from apps.onboarding.flows.loading import read_yaml

_FOLDER = Path(__file__).resolve().parent / "sentences"
FALLBACK = "en"


@lru_cache(maxsize=8)
def sentences(language: str) -> dict[str, str]:
    """All sentences of a language; of English where the language is not there."""
    base = (language or FALLBACK).replace("_", "-").split("-")[0].lower()
    path = _FOLDER / f"{base}.yaml"
    if not base.isalpha() or not path.is_file():
        path = _FOLDER / f"{FALLBACK}.yaml"
    return dict(read_yaml(path))


def say(language: str, key: str, **fields: object) -> str:
    """One sentence with its fields filled in. An unknown key is a programming error: `KeyError`."""
    return sentences(language)[key].format(**fields)
