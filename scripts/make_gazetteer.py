"""Rebuilds the large word lists of the redaction engine from sources of clear licence.

    python -m scripts.make_gazetteer [--wordfreq FOLDER] [--census FOLDER]
    python -m scripts.make_gazetteer --join

Sources: Faker's person providers (MIT; installed with the development requirements), the name counts of the United
States census (public domain) as they lie in the PyPI package `names`, and the word frequencies of the PyPI package
`wordfreq` (data under CC BY-SA 4.0; the lists made from them carry that licence in their first line). The two folders
are the unpacked packages; without them only the words of code are gathered anew, from the installed packages. The
short lists that are written by hand stand beside the large ones and are never touched. After a change to any of them,
or to a pack, `--join` writes anew the table that the engine reads at its start.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import importlib.util
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from importlib.machinery import ModuleSpec
from pathlib import Path

from apps.onboarding_api.services.pii_integration.engine import lexicon

DATA = Path(__file__).parents[1] / "apps/onboarding_api/services/pii_integration/engine/data"
LOCALES = """en_IN hi_IN ar_AA ar_SA ar_PS en_US en_GB en_IE en_NZ es_ES es_MX es_AR es_CO es_CL fr_FR fr_CH fr_CA
fr_BE de_DE de_AT de_CH it_IT pt_BR pt_PT nl_NL en_NG yo_NG ig_NG ha_NG en_KE en_PK fr_DZ sw zu_ZA tw_GH
tr_TR pl_PL vi_VN id_ID cs_CZ hr_HR ro_RO sv_SE no_NO da_DK hu_HU"""
VOCABULARY = {"en": 20_000, "es": 14_000, "fr": 14_000, "de": 14_000, "hi": 8_000, "ar": 10_000}
"""Words kept per language, the most frequent first."""
CENSUS = {"dist.female.first": 1_300, "dist.male.first": 1_300, "dist.all.last": 4_000}

CODE = """django celery kombu billiard amqp vine redis uvicorn psycopg rest_framework PIL httpx httpcore h11 anyio
asgiref cryptography jwt drf_spectacular asyncio logging email http concurrent multiprocessing json ssl socket
unittest importlib urllib"""
"""What writes the logs: installed packages and the standard library."""
_OWN = ("apps", "background_tasks", "intelliwiz_config")
_FILES_WITH_WORD = 5
_OWN_FILES_WITH_WORD = 3
_SIGNATURES = frozenset({"auvipy", "barryp", "pablo"})
"""Who wrote them."""
_OF_CODE = re.compile(r"[A-Za-z]?[a-z]{2,}")


def plain(word: str) -> str:
    """Lower case, composed, without joiners and marks that only change the looks."""
    return "".join(c for c in unicodedata.normalize("NFC", word.lower()) if unicodedata.category(c) != "Cf")


def single_words(values: Iterable[object]) -> Iterator[str]:
    """The words of names; of "Abd al-Rahman" the parts that are long enough to tell anything."""
    for value in values:
        if isinstance(value, str):
            for part in plain(value).replace(".", " ").split():
                if len(part) > 2 and all(
                    c.isalpha() or unicodedata.combining(c) or c in "'-" or unicodedata.category(c) == "Mc"
                    for c in part
                ):
                    yield part


def faker_names() -> tuple[set[str], set[str]]:
    """Given and family names of all locales."""
    given: set[str] = set()
    family: set[str] = set()
    for locale in LOCALES.split():
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for attribute, values in vars(provider).items():
            if isinstance(values, (list, tuple, set, frozenset, dict)):
                if attribute.startswith("first_name"):
                    given.update(single_words(values))
                elif attribute.startswith("last_name"):
                    family.update(single_words(values))
    return given, family


def census_names(folder: Path) -> tuple[set[str], set[str]]:
    """The most frequent names of the United States."""
    given: set[str] = set()
    family: set[str] = set()
    for name, count in CENSUS.items():
        lines = next(folder.rglob(name)).read_text(encoding="ascii").splitlines()[:count]
        (family if name.endswith("last") else given).update(single_words(line.split()[0] for line in lines))
    return given, family


def frequent_words(folder: Path, language: str, count: int) -> list[str]:
    """The most frequent words of a language, letters only."""
    # Only this script needs it, and only for this format.
    import msgpack  # type: ignore[import-not-found]  # no requirement of the product: see the usage above

    found: list[str] = []
    path = next(iter(sorted(folder.rglob(f"*_{language}.msgpack.gz"))))
    with gzip.open(path) as file:
        buckets = msgpack.load(file, raw=False)[1:]
    for bucket in buckets:
        found += (
            plain(word)
            for word in sorted(bucket)
            if len(word) > 1 and not any(c.isdigit() or c in "._&+/" for c in word)
        )
        if len(found) >= count:
            break
    return list(dict.fromkeys(found))[:count]


def words_of_code(known: Set[str]) -> list[str]:
    """Words that stand in several files of the packages and in no other list: "hostname", "upsert"."""
    count: Counter[str] = Counter()
    for package in CODE.split():
        spec = importlib.util.find_spec(package)
        for file in _sources(spec) if spec else ():
            text = file.read_text(encoding="utf-8")
            count.update({word.lower() for word in _OF_CODE.findall(text)})
    own: Counter[str] = Counter()
    for folder in _OWN:
        for file in (Path(__file__).parents[1] / folder).rglob("*.py"):
            if not {"tests", "engine", "migrations"} & set(file.parts):
                own.update(
                    {word for word in _OF_CODE.findall(file.read_text(encoding="utf-8")) if word.islower()}
                )
    count.update({word: _FILES_WITH_WORD for word, files in own.items() if files >= _OWN_FILES_WITH_WORD})
    return sorted(
        word for word, files in count.items() if files >= _FILES_WITH_WORD and word not in known | _SIGNATURES
    )


def _sources(spec: ModuleSpec) -> Iterator[Path]:
    folders = [Path(folder) for folder in spec.submodule_search_locations or ()]
    files = [file for folder in folders for file in folder.rglob("*.py")]
    yield from (file for file in files if not {"locale", "tests", "test"} & set(file.parts))
    if not folders and spec.origin and spec.origin.endswith(".py"):
        yield Path(spec.origin)


def write(name: str, head: str, words: Iterable[str]) -> None:
    """One list, wrapped, after its comment."""
    lines, line = [f"# {head}"], ""
    for word in words:
        if len(line) + len(word) > 118:
            lines.append(line)
            line = ""
        line += (" " if line else "") + word
    path = DATA / f"{name}.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join([*lines, line]) + "\n", encoding="utf-8")


def write_names(census: Path) -> None:
    given, family = faker_names()
    more_given, more_family = census_names(census)
    source = (
        "Made by scripts/make_gazetteer.py from Faker (MIT) and the United States census (public domain)."
    )
    write(
        "given",
        f"Given names. {source}",
        sorted(word for word in given | more_given if len(word) > 3 or not word.isascii()),
    )
    write("family", f"Family names. {source}", sorted(family | more_family))


def write_vocabularies(wordfreq: Path) -> None:
    for language, count in VOCABULARY.items():
        write(
            f"vocabulary_{language}",
            f"The most frequent words of '{language}', most frequent first. Made by scripts/make_gazetteer.py from "
            "wordfreq 3.1.1 by Robyn Speer; this list is under CC BY-SA 4.0.",
            frequent_words(wordfreq, language, count),
        )


def write_words_of_code() -> None:
    write(
        "technical",
        "Words of code that no other list has. Made by scripts/make_gazetteer.py from the packages that write logs.",
        words_of_code(lexicon.table().keys()),
    )


def write_joined() -> None:
    """The table of all words as the engine reads it: a line for each set of marks."""
    by_marks: dict[int, list[str]] = {}
    for word, marks in lexicon.joined().items():
        by_marks.setdefault(marks, []).append(word)
    lines = [
        lexicon.seal(),
        *(f"{marks} {' '.join(sorted(words))}" for marks, words in sorted(by_marks.items())),
    ]
    lexicon.JOINED.write_text("\n".join(lines), encoding="utf-8")


def main() -> None:
    """Writes the lists whose sources are given, the words of code, which depend on them, and the joined table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--wordfreq", type=Path)
    arguments.add_argument("--census", type=Path)
    arguments.add_argument("--join", action="store_true", help="only join the lists as they are")
    options = arguments.parse_args()
    if options.join:
        write_joined()
        return
    if options.census:
        write_names(options.census)
    if options.wordfreq:
        write_vocabularies(options.wordfreq)
    write_words_of_code()
    write_joined()


if __name__ == "__main__":
    main()
