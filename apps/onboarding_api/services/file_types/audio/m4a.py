"""M4A: boxes down to the handlers of the tracks, of which all must be sound. Fragmented files have `moof` boxes."""

from __future__ import annotations

from apps.onboarding_api.services.file_types.bmff import Box, boxes, brands
from apps.onboarding_api.services.file_types.errors import Reason, damaged, hostile, mismatch, unsupported
from apps.onboarding_api.services.file_types.source import Source
from apps.onboarding_api.services.file_types.structure import Steps, Structure

IMAGE_BRANDS = frozenset({b"heic", b"heix", b"mif1", b"avif", b"avis", b"msf1"})
_ENCRYPTED = frozenset({b"drms", b"enca", b"encv"})
_HARMLESS_HANDLERS = frozenset({b"soun", b"text", b"sbtl", b"hint", b"meta", b"tmcd"})
"""Beside the sound: chapter titles and time codes."""


def walk(source: Source) -> Structure:
    major, _all = brands(source)
    if major in IMAGE_BRANDS:
        raise mismatch("a picture, not a recording")
    steps = Steps()
    sound = data = fragmented = False
    end = 0
    for box in boxes(source, 0, source.size, steps=steps, cut=True):
        if box.end > source.size and not (fragmented and box.kind in (b"mdat", b"moof")):
            raise damaged(f"cut off within {box.kind.decode('latin-1')}")
        if box.kind == b"moov":
            sound = _check_movie(source, box, steps)
        fragmented = fragmented or box.kind == b"moof"
        data = data or (box.kind == b"mdat" and box.end > box.start)
        end = min(box.end, source.size)
    if not sound or not data:
        raise damaged("no track of sound, or no sound in it")
    return Structure(end=end)


def _check_movie(source: Source, movie: Box, steps: Steps) -> bool:
    """Whether a track holds sound. Refuses films."""
    sound = False
    for track in boxes(source, movie.start, movie.end, steps=steps):
        if track.kind != b"trak":
            continue
        media = _child(source, track, b"mdia", steps)
        handler_box = _child(source, media, b"hdlr", steps)
        handler = source.need(handler_box.start + 8, 4)
        if handler not in _HARMLESS_HANDLERS:
            raise unsupported("there is more than sound in it")
        if handler == b"soun":
            _check_codec(source, media, steps)
            sound = True
    return sound


def _check_codec(source: Source, media: Box, steps: Steps) -> None:
    table = _child(source, _child(source, media, b"minf", steps), b"stbl", steps)
    description = _child(source, table, b"stsd", steps)
    if source.number(description.start + 4, 4) == 0:
        raise damaged("a track without a codec")
    if source.need(description.start + 12, 4) in _ENCRYPTED:
        raise hostile(Reason.ENCRYPTED, "the sound is encrypted")


def _child(source: Source, parent: Box, kind: bytes, steps: Steps) -> Box:
    for box in boxes(source, parent.start, parent.end, steps=steps):
        if box.kind == kind:
            return box
    raise damaged(f"no {kind.decode('ascii')} in {parent.kind.decode('latin-1')}")
