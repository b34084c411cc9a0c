"""HEIC: a picture described by items, of which one at least is HEVC, with its data in the file."""

from __future__ import annotations

from apps.onboarding_api.services.file_types.bmff import Box, boxes, brands
from apps.onboarding_api.services.file_types.errors import damaged, mismatch, unsupported
from apps.onboarding_api.services.file_types.source import Source
from apps.onboarding_api.services.file_types.structure import Steps, Structure

MAJOR = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
NAMED = frozenset({b"heic", b"heix", b"heim", b"heis"})
"""`mif1` may hold any coding; one of these must stand beside it."""
_NEEDED = frozenset({b"hdlr", b"pitm", b"iinf", b"iloc", b"iprp"})


def walk(source: Source) -> Structure:
    major, all_brands = brands(source)
    if major not in MAJOR or not all_brands & NAMED:
        raise mismatch("no HEIC picture")
    steps, described, data = Steps(), False, False
    for box in boxes(source, 0, source.size, steps=steps):
        if box.kind == b"meta" and not described:
            data = _check_items(source, box, steps)
            described = True
        data = data or (box.kind == b"mdat" and box.end > box.start)
    if not described or not data:
        raise damaged("a picture without a description or without data")
    return Structure()


def _check_items(source: Source, meta: Box, steps: Steps) -> bool:
    """Whether the description itself holds data. Refuses one without a coded picture."""
    # Four bytes of version and flags stand before the boxes.
    parts = {box.kind: box for box in boxes(source, meta.start + 4, meta.end, steps=steps)}
    if not parts.keys() >= _NEEDED or source.need(parts[b"hdlr"].start + 8, 4) != b"pict":
        raise damaged("the picture is not described")
    items = parts[b"iinf"]
    version = source.number(items.start, 1)
    first = items.start + 4 + (2 if version == 0 else 4)
    kinds = {
        _kind(source, box) for box in boxes(source, first, items.end, steps=steps) if box.kind == b"infe"
    }
    if b"hvc1" not in kinds:
        raise unsupported("a picture of another coding")
    return b"idat" in parts


def _kind(source: Source, item: Box) -> bytes:
    version = source.number(item.start, 1)
    if version not in (2, 3):
        return b""
    return source.need(item.start + 4 + (2 if version == 2 else 4) + 2, 4)
