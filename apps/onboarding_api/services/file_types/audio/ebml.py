"""WebM: EBML elements down to the tracks, of which all must be sound."""

from __future__ import annotations

from typing import Final

from apps.onboarding_api.services.file_types.errors import Reason, damaged, hostile, mismatch, unsupported
from apps.onboarding_api.services.file_types.source import Source
from apps.onboarding_api.services.file_types.structure import Steps, Structure

EBML, DOC_TYPE, SEGMENT = 0x1A45DFA3, 0x4282, 0x18538067
TRACKS, TRACK_ENTRY, TRACK_TYPE, CODEC_ID = 0x1654AE6B, 0xAE, 0x83, 0x86
ENCODINGS, ENCODING, ENCRYPTION = 0x6D80, 0x6240, 0x5035
CLUSTER, ATTACHMENTS = 0x1F43B675, 0x1941A469
SOUND = 2
_TOP_LEVEL = frozenset(
    # SeekHead, Void, Info, Tracks, Cluster, Cues, Attachments, Chapters, Tags, CRC-32
    {0x114D9B74, 0xEC, 0x1549A966, TRACKS, CLUSTER, 0x1C53BB6B, ATTACHMENTS, 0x1043A770, 0x1254C367, 0xBF}
)
_BLOCKS: Final = frozenset({0xA3, 0xA0})
_IN_CLUSTER = _BLOCKS | {0xE7, 0xA7, 0xAB, 0x5854, 0xEC, 0xBF, 0xAF}
_TRACKS_LIMIT = 64 * 1024
ENOUGH_BLOCKS = 2_000
"""Blocks of a cluster without a size that are followed; a live recording is one such cluster after another."""


def walk(source: Source) -> Structure:
    if source.read(0, 4) != b"\x1a\x45\xdf\xa3":
        raise mismatch("no EBML header")
    _, at, size = _element(source, 0)
    end = at + _known(size)
    doc_type = next((source.need(a, n) for i, a, n in _children(source, at, end) if i == DOC_TYPE), b"")
    if doc_type.rstrip(b"\x00") != b"webm":
        raise mismatch("EBML, but not WebM")
    identifier, at, size = _element(source, end)
    if identifier != SEGMENT:
        raise damaged("no segment")
    stop = source.size if size is None else at + size
    _walk_segment(source, at, min(stop, source.size))
    return Structure(end=None if size is None or stop > source.size else stop)


def _walk_segment(source: Source, at: int, stop: int) -> None:
    steps, tracks, sound = Steps(), False, False
    while at < stop:
        steps.step()
        identifier, inside, size = _element(source, at)
        if identifier not in _TOP_LEVEL:
            raise damaged("an unknown element where a part of the recording should be")
        if identifier == ATTACHMENTS:
            raise hostile(Reason.EMBEDDED_FILE, "a file is attached to it")
        if identifier == TRACKS:
            _check_tracks(source, inside, _known(size))
            tracks = True
        if identifier == CLUSTER:
            sound = sound or _has_block(source, inside, stop if size is None else min(stop, inside + size))
            if size is None:
                following = _after_cluster(source, inside, stop)
                if following is None:
                    break
                at = following
                continue
        # A recording that was cut off ends within its last cluster.
        if inside + _known(size) > source.size and identifier != CLUSTER:
            raise damaged("a part reaches past the end")
        at = inside + _known(size)
    if not tracks or not sound:
        raise damaged("no tracks, or no sound in them")


def _check_tracks(source: Source, at: int, size: int) -> None:
    if size > _TRACKS_LIMIT:
        raise damaged("tracks of an impossible size")
    kinds = []
    for identifier, inside, length in _children(source, at, at + size):
        if identifier != TRACK_ENTRY:
            continue
        fields = {i: (a, n) for i, a, n in _children(source, inside, inside + length)}
        if TRACK_TYPE not in fields or CODEC_ID not in fields:
            raise damaged("a track without type or codec")
        kind_at, kind_size = fields[TRACK_TYPE]
        codec_at, codec_size = fields[CODEC_ID]
        if ENCODINGS in fields and _is_encrypted(source, *fields[ENCODINGS]):
            raise hostile(Reason.ENCRYPTED, "the sound is encrypted")
        kinds.append((source.number(kind_at, min(kind_size, 8)), source.need(codec_at, min(codec_size, 64))))
    if not kinds:
        raise damaged("no track")
    if any(kind != SOUND or not codec.startswith(b"A_") for kind, codec in kinds):
        raise unsupported("there is more than sound in it")


def _is_encrypted(source: Source, at: int, size: int) -> bool:
    return any(
        identifier == ENCODING
        and any(i == ENCRYPTION for i, _, _ in _children(source, inside, inside + length))
        for identifier, inside, length in _children(source, at, at + size)
    )


def _has_block(source: Source, at: int, stop: int) -> bool:
    for _ in range(64):
        if at >= stop:
            return False
        identifier, inside, size = _element(source, at)
        if identifier in _BLOCKS:
            return _known(size) > 4 and inside < source.size
        at = inside + _known(size)
    return False


def _after_cluster(source: Source, at: int, stop: int) -> int | None:
    """Where the next part begins after a cluster without a size; None when enough was seen or the file ends in it."""
    for _ in range(ENOUGH_BLOCKS):
        if at >= stop:
            return None
        identifier, inside, size = _element(source, at)
        if identifier in _TOP_LEVEL and identifier not in _IN_CLUSTER:
            return at
        if identifier not in _IN_CLUSTER:
            raise damaged("an unknown element in a cluster")
        at = inside + _known(size)
    return None


def _children(source: Source, at: int, stop: int) -> list[tuple[int, int, int]]:
    """`(identifier, offset of the content, its size)` of each child."""
    found: list[tuple[int, int, int]] = []
    steps = Steps(1_000)
    while at < stop:
        steps.step()
        identifier, inside, size = _element(source, at)
        length = _known(size)
        if inside + length > stop:
            raise damaged("an element is larger than its parent")
        found.append((identifier, inside, length))
        at = inside + length
    return found


def _element(source: Source, at: int) -> tuple[int, int, int | None]:
    """`(identifier, offset of the content, size)`; size None is "unknown"."""
    head = source.read(at, 12)
    if not head:
        raise damaged("cut off between elements")
    id_length = 9 - head[0].bit_length()
    if head[0] == 0 or id_length > 4 or len(head) <= id_length:
        raise damaged("no element where one should be")
    first = head[id_length]
    size_length = 9 - first.bit_length()
    if first == 0 or len(head) < id_length + size_length:
        raise damaged("an element without a size")
    size = int.from_bytes(head[id_length : id_length + size_length], "big")
    mask = (1 << (7 * size_length)) - 1
    size &= mask
    identifier = int.from_bytes(head[:id_length], "big")
    return identifier, at + id_length + size_length, None if size == mask else size


def _known(size: int | None) -> int:
    if size is None:
        raise damaged("an element without a size where one is needed")
    return size
