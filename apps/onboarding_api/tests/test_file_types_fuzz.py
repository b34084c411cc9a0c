"""Whatever the bytes: an answer or a named refusal, soon, and in little memory."""

from __future__ import annotations

import io
import random
import resource
import struct
import time
import tracemalloc
import zlib
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.onboarding.errors import UnsupportedMedia
from apps.onboarding_api.services.file_types import BY_EXTENSION, Reason, inspect
from apps.onboarding_api.tests.file_types_world import (
    archive,
    browser_webm,
    chunk,
    parts_of_docx,
    pdf,
    saved,
    segment,
    wav,
)
from apps.onboarding_api.tests.test_file_types_accepted import TABLE

SECONDS = 2.0
MEGABYTES_10 = 10 * 1024 * 1024
MEMORY = 4 * 1024 * 1024
MUTATIONS = 12
"""Of each of the samples that are taken."""
EXTENSIONS = tuple(BY_EXTENSION)
BY_RULE = 20 * len(EXTENSIONS)
LABELS = {
    one: [
        label
        for label in TABLE
        if BY_EXTENSION[TABLE[label][0].rpartition(".")[2].lower()] is BY_EXTENSION[one]
    ]
    for one in EXTENSIONS
}
"""The samples that are taken, by the extensions of their type."""


@cache
def sample(label: str) -> bytes:
    return TABLE[label][1]()


def seconds_of(name: str, content: bytes) -> float:
    """How long the answer took, whichever it was; everything but a named refusal fails."""
    # The thread's own time: the machine may have other work.
    began = time.thread_time()
    try:
        inspect(io.BytesIO(content), name=name, allowed=EXTENSIONS)
    except UnsupportedMedia as refused:
        Reason(refused.extra["reason"])
    return time.thread_time() - began


def mutated(content: bytes, chance: random.Random) -> bytes:
    made = bytearray(content)
    for _ in range(chance.choice((1, 3, 30))):
        at = chance.randrange(len(made) or 1)
        match chance.randrange(6):
            case 0:
                made[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                made[at : at + 4] = chance.choice(
                    (b"\xff" * 4, b"\x00" * 4, b"\x7f\xff\xff\xff", b"\x00\x00\x00\x01")
                )
            case 2:
                del made[at : at + chance.randrange(1, 200)]
            case 3:
                made[at:at] = made[at // 2 : at // 2 + chance.randrange(1, 200)]
            case 4:
                del made[at + 1 :]
            case _:
                made[at : at + 8] = chance.randbytes(8)
    return bytes(made)


@pytest.mark.parametrize("label", TABLE)
def test_mutated_files_are_answered(label: str) -> None:
    chance, content = random.Random(label), sample(label)
    took = max(seconds_of(TABLE[label][0], mutated(content, chance)) for _ in range(MUTATIONS))
    assert took < SECONDS


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    extension=st.sampled_from(EXTENSIONS),
    content=st.binary(max_size=2_000),
    label=st.sampled_from(sorted(TABLE)),
    kept=st.integers(0, 600),
)
def test_any_bytes_behind_a_real_beginning_are_answered(
    extension: str, content: bytes, label: str, kept: int
) -> None:
    own = TABLE[label][0] if content[:1] < b"\xc0" else f"a.{extension}"
    assert seconds_of(own, sample(label)[:kept] + content) < SECONDS


@settings(max_examples=200, deadline=None)
@given(name=st.text(max_size=40), extension=st.sampled_from([*EXTENSIONS, "svg", "php", ""]))
def test_any_name_is_answered(name: str, extension: str) -> None:
    seconds_of(f"{name}.{extension}", b"guards at the gate")


def by_rule(number: int) -> tuple[str, bytes]:
    """The name and the content of one hostile file; the same for the same number, every type in turn."""
    chance, extension = random.Random(number), EXTENSIONS[number % len(EXTENSIONS)]
    content = sample(chance.choice(LABELS[extension]))
    match chance.randrange(4):
        case 0:
            content = mutated(content, chance)
        case 1:
            flipped = bytearray(content)
            for _ in range(chance.choice((1, 8, 64))):
                flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
            content = bytes(flipped)
        case 2:
            content = content[: chance.randrange(len(content))]
        case _:
            other = sample(chance.choice(LABELS[chance.choice(EXTENSIONS)]))
            content = content[: chance.randrange(len(content))] + other[chance.randrange(len(other)) :]
    return f"a.{extension}", content


def test_files_by_rule_are_answered_in_little_time_and_memory() -> None:
    seconds_of("warm.txt", b"libmagic is loaded")
    files = [by_rule(number) for number in range(BY_RULE)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert max(seconds_of(*file) for file in files) < SECONDS
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before  # KiB
    assert grown < 200 * 1024


def _sub_blocks() -> bytes:
    return saved("GIF", mode="P")[:-1] + b"!\xfe" + b"\x01a" * (MEGABYTES_10 // 2) + b"\x00;"


def _album() -> bytes:
    """1,000 pictures, directories and tables far from each other: each look at the file is at another place."""
    made = bytearray(b"II*\x00" + struct.pack("<I", 8) + bytes(MEGABYTES_10))
    half, step = MEGABYTES_10 // 2, 5_000
    for number in range(1_000):
        at, table = 8 + number * step, half + (number * 619 % 1_000) * step
        tags = ((256, 4, 1, 9), (257, 4, 1, 9), (273, 4, 100, table), (279, 4, 100, table + 1_000))
        entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
        following = 0 if number == 999 else at + step
        made[at : at + 54] = struct.pack("<H", 4) + entries + struct.pack("<I", following)
    return bytes(made)


LARGE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a long recording": ("a.wav", lambda: wav(data=random.Random(1).randbytes(MEGABYTES_10))),
    "a large photo": ("a.jpg", lambda: saved("JPEG")[:-2] + b"\x55" * MEGABYTES_10 + b"\xff\xd9"),
    "a photo with a film of chance": (
        "a.jpg",
        lambda: saved("JPEG") + b"\x00\x00\x00\x18ftypmp42" + random.Random(2).randbytes(MEGABYTES_10),
    ),
    "a photo of marks": (
        "a.jpg",
        lambda: saved("JPEG")[:-2] + b"\xff\x00" * (MEGABYTES_10 // 2) + b"\xff\xd9",
    ),
    "a photo of fill bytes": ("a.jpg", lambda: saved("JPEG")[:-2] + b"\xff" * MEGABYTES_10 + b"\x00\xff\xd9"),
    "a photo of fill bytes without end": ("a.jpg", lambda: saved("JPEG")[:-2] + b"\xff" * MEGABYTES_10),
    "a photo of runs": (
        "a.jpg",
        lambda: (
            saved("JPEG")[:-2] + (b"\xff" * 16_000 + b"\x00" + b"\xff" * 16_000 + b"\xd0") * 320 + b"\xff\xd9"
        ),
    ),
    "a picture of packed texts": (
        "a.png",
        lambda: (
            saved("PNG")[:33]
            + chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(b" " * 1_000_000)) * 9_900
            + saved("PNG")[33:]
        ),
    ),
    "a photo of angles": ("a.jpg", lambda: saved("JPEG")[:-2] + b"<?" * (MEGABYTES_10 // 2) + b"\xff\xd9"),
    "a photo of pages": ("a.jpg", lambda: saved("JPEG")[:-2] + b"<svg " * (MEGABYTES_10 // 5) + b"\xff\xd9"),
    "a photo of archive ends": (
        "a.jpg",
        lambda: saved("JPEG")[:-2] + b"PK\x05\x06\x00\x00\x00\x00" * (MEGABYTES_10 // 8) + b"\xff\xd9",
    ),
    "a photo of programs": (
        "a.jpg",
        lambda: saved("JPEG")[:-2] + b"MZPE\x00\x00\x4c\x01" * (MEGABYTES_10 // 8) + b"\xff\xd9",
    ),
    "a screenshot": (
        "a.png",
        lambda: (
            saved("PNG")[:33] + chunk(b"IDAT", random.Random(3).randbytes(MEGABYTES_10)) + chunk(b"IEND", b"")
        ),
    ),
    "a GIF of short blocks": ("a.gif", _sub_blocks),
    "a chain of frames": ("a.mp3", lambda: (b"\xff\xe3\x18\xc4" + b"\x00" * 20) * (MEGABYTES_10 // 24)),
    "broken frames": ("a.mp3", lambda: b"\xff\xfb\x90\x64" * (MEGABYTES_10 // 4)),
    "ADTS frames": ("a.aac", lambda: (b"\xff\xf1\x50\x80\x01\x1f\xfc" + b"\x00") * (MEGABYTES_10 // 8)),
    "a live recording": (
        "a.webm",
        lambda: browser_webm() + b"\xa3\x85\x81\x00\x00\x80\x00" * (MEGABYTES_10 // 7),
    ),
    "empty elements": ("a.webm", lambda: browser_webm() + b"\xec\x80" * (MEGABYTES_10 // 2)),
    "empty boxes": (
        "a.m4a",
        lambda: b"\x00\x00\x00\x10ftypM4A \x00\x00\x00\x00" + b"\x00\x00\x00\x08free" * (MEGABYTES_10 // 8),
    ),
    "empty chunks": (
        "a.wav",
        lambda: wav(riff_size=0xFFFFFFFF)[:36] + b"junk\x00\x00\x00\x00" * (MEGABYTES_10 // 8),
    ),
    "empty segments": ("a.jpg", lambda: b"\xff\xd8" + segment(0xE5, b"") * (MEGABYTES_10 // 4)),
    "a directory in a circle": (
        "a.tiff",
        lambda: b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", 4_000) + b"\x00" * MEGABYTES_10,
    ),
    "an album": ("a.tiff", _album),
    "slashes": ("a.pdf", lambda: pdf(objects=(b"/" * MEGABYTES_10,))),
    "spelled slashes": ("a.pdf", lambda: pdf(objects=(b"/#4a#6" * (MEGABYTES_10 // 6),))),
    "streams": ("a.pdf", lambda: pdf(objects=(b"<<>>stream\nendstream " * (MEGABYTES_10 // 21),))),
    "angles of a PDF": ("a.pdf", lambda: pdf(objects=(b">>" + b" " * MEGABYTES_10,))),
    "object streams": (
        "a.pdf",
        lambda: pdf(
            objects=(
                (
                    b"<</Type/ObjStm/Filter/FlateDecode>>stream\n"
                    + zlib.compress(b"a" * 600_000)
                    + b"\nendstream "
                )
                * 50,
            )
        ),
    ),
    "a long text": ("a.txt", lambda: "मुख्य द्वार ".encode() * (MEGABYTES_10 // 32)),
    "a text of angles": ("a.txt", lambda: b"<?" * (MEGABYTES_10 // 2)),
    "a long latin text": ("a.csv", lambda: "Tür;2\r\n".encode("cp1252") * (MEGABYTES_10 // 7)),
    "a text of blanks": ("a.txt", lambda: b" " * MEGABYTES_10),
    "an archive of 40 MB": (
        "a.docx",
        lambda: archive(
            parts_of_docx() | {f"word/x{n}.xml": random.Random(n).randbytes(2_000) * 420 for n in range(48)}
        ),
    ),
}


@pytest.mark.parametrize(("name", "make"), LARGE.values(), ids=LARGE.keys())
def test_ten_megabytes_are_answered_soon(name: str, make: Callable[[], bytes]) -> None:
    assert seconds_of(name, make()) < SECONDS


@pytest.mark.parametrize(
    "label",
    ["a long recording", "a large photo", "a long text", "slashes", "a screenshot", "an archive of 40 MB"],
)
def test_ten_megabytes_take_little_memory(label: str) -> None:
    name, make = LARGE[label]
    content = make()
    seconds_of("warm.txt", b"libmagic is loaded")
    tracemalloc.start()
    seconds_of(name, content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # `BytesIO` shares the bytes it is given: what is counted is what the inspection holds.
    assert peak < MEMORY
