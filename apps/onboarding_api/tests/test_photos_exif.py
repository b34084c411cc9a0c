"""Positions and times in EXIF data are believed only where they can be."""

from __future__ import annotations

import io
import struct
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from apps.onboarding_api.services.photos import exif, preparing

MEDIA = Path(__file__).parent / "media"
SCENE = (MEDIA / "scene_gps.jpg").read_bytes()
ASCII, RATIONAL, SRATIONAL = 2, 5, 10


def test_position_altitude_and_time_of_the_sample() -> None:
    found = preparing.prepare(SCENE).position
    assert found is not None
    assert found.latitude == pytest.approx(12.9716)
    assert found.longitude == pytest.approx(77.5946)
    assert found.altitude == 920
    assert found.captured_at == datetime(2026, 1, 15, 4, 0, tzinfo=UTC)
    assert found.usable


def test_photo_without_metadata_has_no_position() -> None:
    assert preparing.prepare((MEDIA / "scene_plain.jpg").read_bytes()).position is None


def test_zero_denominator_in_a_file_is_no_position() -> None:
    twelve_degrees = b"\x00\x00\x00\x0c\x00\x00\x00\x01"
    assert SCENE.count(twelve_degrees) == 1
    found = preparing.prepare(SCENE.replace(twelve_degrees, b"\x00\x00\x00\x0c\x00\x00\x00\x00")).position
    assert found is not None
    assert (found.latitude, found.longitude, found.usable) == (None, None, False)
    assert exif.DAMAGED_POSITION in found.flags


def tags(
    latitude: object, latitude_ref: object, longitude: object, longitude_ref: object
) -> dict[int, object]:
    return {1: latitude_ref, 2: latitude, 3: longitude_ref, 4: longitude}


@pytest.mark.parametrize(
    ("latitude", "latitude_ref", "longitude", "longitude_ref", "expected"),
    [
        ((12, 58, 17.76), "N", (77, 35, 40.56), "E", (12.9716, 77.5946)),
        ((33, 51.5), "S", (151, 12.75), "E", (-33.8583333, 151.2125)),
        ((40.5,), "N", (74.25,), "W", (40.5, -74.25)),
        (40.5, "n", 74.25, "w", (40.5, -74.25)),
        ((12, 58, 17), b"N\x00", (77, 35, 40), " E", (12.9713889, 77.5944444)),
        ((Fraction(12), Fraction(30), Fraction(0)), "N", (0, 0, 0), "W", (12.5, 0.0)),
    ],
)
def test_positions_that_are_believed(
    latitude: object,
    latitude_ref: object,
    longitude: object,
    longitude_ref: object,
    expected: tuple[float, float],
) -> None:
    found = exif.read_position(tags(latitude, latitude_ref, longitude, longitude_ref), {})
    assert found is not None
    assert (found.latitude, found.longitude) == pytest.approx(expected)
    assert found.usable


@pytest.mark.parametrize(
    ("latitude", "latitude_ref", "longitude", "longitude_ref"),
    [
        ((float("nan"), 0, 0), "N", (77, 0, 0), "E"),
        ((float("inf"),), "N", (77,), "E"),
        ((-12, 0, 0), "N", (77, 0, 0), "E"),
        ((91, 0, 0), "N", (77, 0, 0), "E"),
        ((90, 0, 1), "N", (77, 0, 0), "E"),
        ((12, 61, 0), "N", (77, 0, 0), "E"),
        ((12, 0, 0), "N", (181, 0, 0), "E"),
        ((12, 0, 0), "X", (77, 0, 0), "E"),
        ((12, 0, 0), None, (77, 0, 0), "E"),
        ((12, 0, 0), "E", (77, 0, 0), "N"),
        ((1, 2, 3, 4), "N", (77, 0, 0), "E"),
        ((), "N", (77,), "E"),
        ("12", "N", None, "E"),
        (None, "N", (77,), "E"),
    ],
)
def test_positions_that_are_not_believed(
    latitude: object, latitude_ref: object, longitude: object, longitude_ref: object
) -> None:
    found = exif.read_position(tags(latitude, latitude_ref, longitude, longitude_ref), {})
    assert found is not None
    assert (found.latitude, found.longitude, found.usable) == (None, None, False)
    assert exif.NO_POSITION in found.flags


def test_missing_hemisphere_is_named() -> None:
    found = exif.read_position({2: (12, 0, 0), 4: (77, 0, 0)}, {})
    assert found is not None
    assert exif.NO_REFERENCE in found.flags


def test_null_island_is_flagged_and_not_usable() -> None:
    found = exif.read_position(tags((0, 0, 0), "N", (0, 0, 0), "E"), {})
    assert found is not None
    assert (found.latitude, found.flags, found.usable) == (0, (exif.NULL_ISLAND,), False)


def test_time_is_taken_only_with_its_zone() -> None:
    with_zone = exif.read_position({}, {0x9003: "2026:01:15 09:30:00", 0x9011: "+05:30"})
    without = exif.read_position({}, {0x9003: "2026:01:15 09:30:00"})
    assert with_zone is not None
    assert with_zone.captured_at == datetime(2026, 1, 15, 4, 0, tzinfo=UTC)
    assert without is not None
    assert (without.captured_at, exif.TIME_WITHOUT_ZONE in without.flags) == (None, True)
    no_such_day = exif.read_position({}, {0x9003: "2026:13:45 99:00:00", 0x9011: "+05:30"})
    assert no_such_day is not None
    assert no_such_day.captured_at is None


@pytest.mark.parametrize(
    ("written", "metres"),
    [
        (Fraction(65, 10), 6.5),
        ((4.0,), None),
        (0, None),
        (-3.0, None),
        (float("nan"), None),
        (float("inf"), None),
        (1e9, None),
        ("near", None),
        (None, None),
    ],
)
def test_accuracy_is_finite_and_positive(written: object, metres: float | None) -> None:
    gps = tags((12,), "N", (77,), "E") | {exif.POSITIONING_ERROR: written}
    found = exif.read_position(gps, {})
    assert found is not None
    assert found.accuracy == metres


def test_accuracy_without_a_position_is_none() -> None:
    found = exif.read_position({exif.POSITIONING_ERROR: 5.0}, {})
    assert found is not None
    assert found.accuracy is None


def test_satellite_time_goes_before_the_clock_of_the_camera() -> None:
    gps = {7: (4, 30, 12.9), 29: "2026:01:15"}
    found = exif.read_position(gps, {0x9003: "2020:01:01 00:00:00", 0x9011: "+00:00"})
    assert found is not None
    assert found.captured_at == datetime(2026, 1, 15, 4, 30, 12, tzinfo=UTC)


def photo_with(*entries: tuple[int, int, bytes]) -> bytes:
    """A JPEG whose GPS directory holds these entries (tag, type, value), byte for byte."""
    gps_at = 8 + 2 + 12 + 4
    data_at = gps_at + 2 + 12 * len(entries) + 4
    rows, data = b"", b""
    size = {ASCII: 1, RATIONAL: 8, SRATIONAL: 8}
    for tag, kind, value in entries:
        held = value.ljust(4, b"\0") if len(value) <= 4 else struct.pack(">I", data_at + len(data))
        rows += struct.pack(">HHI", tag, kind, len(value) // size[kind]) + held
        data += value if len(value) > 4 else b""
    tiff = b"MM\0*" + struct.pack(">I", 8) + struct.pack(">H", 1)
    tiff += struct.pack(">HHII", exif.GPS_IFD, 4, 1, gps_at) + bytes(4)
    tiff += struct.pack(">H", len(entries)) + rows + bytes(4) + data
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "gray").save(out, "JPEG", exif=b"Exif\0\0" + tiff)
    return out.getvalue()


def ratios(*pairs: tuple[int, int], sign: str = "I") -> bytes:
    return b"".join(struct.pack(f">{sign}{sign}", *pair) for pair in pairs)


NORTH, EAST = (1, ASCII, b"N\0"), (3, ASCII, b"E\0")
LATITUDE = (2, RATIONAL, ratios((12, 1), (30, 1), (0, 1)))
LONGITUDE = (4, RATIONAL, ratios((77, 1), (0, 1), (36, 1)))


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ((NORTH, LATITUDE, EAST, LONGITUDE), (12.5, 77.01)),
        ((NORTH, (2, RATIONAL, ratios((12, 1), (30, 1))), EAST, LONGITUDE), (12.5, 77.01)),
        ((NORTH, (2, RATIONAL, ratios((25, 2))), EAST, LONGITUDE), (12.5, 77.01)),
        (((1, ASCII, b"s\0"), LATITUDE, (3, ASCII, b"w\0"), LONGITUDE), (-12.5, -77.01)),
        ((NORTH, (2, RATIONAL, ratios((12, 0), (30, 0), (0, 0))), EAST, LONGITUDE), None),
        ((NORTH, (2, RATIONAL, ratios((12, 1), (30, 0), (0, 1))), EAST, LONGITUDE), None),
        ((NORTH, (2, RATIONAL, ratios((2**32 - 12, 1), (0, 1), (0, 1))), EAST, LONGITUDE), None),
        ((NORTH, (2, SRATIONAL, ratios((-12, 1), (0, 1), (0, 1), sign="i")), EAST, LONGITUDE), None),
        ((NORTH, (2, RATIONAL, ratios((91, 1), (0, 1), (0, 1))), EAST, LONGITUDE), None),
        ((NORTH, (2, RATIONAL, ratios((12, 1), (0, 1), (0, 1), (0, 1))), EAST, LONGITUDE), None),
        ((LATITUDE, EAST, LONGITUDE), None),
        ((NORTH, LATITUDE), None),
        ((NORTH, (2, ASCII, b"12.5\0"), EAST, LONGITUDE), None),
    ],
    ids=[
        "three", "two", "one", "lower-case references", "all denominators zero", "one denominator zero",
        "a negative written unsigned", "negative", "beyond the pole", "four", "no reference", "no longitude", "a text",
    ],
)  # fmt: skip
def test_positions_in_files(
    entries: tuple[tuple[int, int, bytes], ...], expected: tuple[float, float] | None
) -> None:
    prepared = preparing.prepare(photo_with(*entries))
    found = prepared.position
    assert found is not None
    place = None if found.latitude is None else (found.latitude, found.longitude)
    assert place == (None if expected is None else pytest.approx(expected))
    assert (exif.DAMAGED_POSITION in found.flags) == (expected is None)
    assert (prepared.photo.width, prepared.photo.height) == (64, 48)


def test_directory_that_points_nowhere_costs_the_metadata_only() -> None:
    whole = photo_with(NORTH, LATITUDE, EAST, LONGITUDE)
    gps_pointer = struct.pack(">HHII", exif.GPS_IFD, 4, 1, 26)
    damaged = whole.replace(gps_pointer, struct.pack(">HHII", exif.GPS_IFD, 4, 1, 2**31))
    assert damaged != whole
    prepared = preparing.prepare(damaged)
    assert prepared.position is None or prepared.position.latitude is None
    assert prepared.photo.width == 64


def with_more(tiff: bytes, entries: int, value: bytes) -> bytes:
    """The EXIF with so many further values in its first directory, all of them the same bytes behind it."""
    (first,) = struct.unpack(">H", tiff[8:10])
    at = 10 + 12 * first
    moved = 12 * entries
    # The position's directory, and what it names, lie behind: everything moves by as much.
    pointer = struct.pack(">HHII", exif.GPS_IFD, 4, 1, 26 + moved)
    data_at = len(tiff) + moved
    more = struct.pack(">HHII", 0xC000, RATIONAL, len(value) // 8, data_at) * entries
    rest = bytearray(tiff[at:])
    for entry in range(4 + 2, 4 + 2 + 12 * 4, 12):
        kind, number, offset = struct.unpack_from(">HII", rest, entry + 2)
        if kind == RATIONAL:
            struct.pack_into(">HII", rest, entry + 2, kind, number, offset + moved)
    return tiff[:8] + struct.pack(">H", first + entries) + pointer + more + bytes(rest) + value


@pytest.mark.parametrize(
    ("entries", "length", "is_read"), [(1, 8_000, True), (1, 80_000, False), (100, 8_000, False)],
    ids=["much", "too long", "the same bytes again and again"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_exif_without_measure_is_not_read(kind: str, entries: int, length: int, is_read: bool) -> None:
    jpeg = photo_with(NORTH, LATITUDE, EAST, LONGITUDE)
    tiff = Image.open(io.BytesIO(jpeg)).info["exif"].removeprefix(b"Exif\0\0")
    out = io.BytesIO()
    more = with_more(tiff, entries, ratios(*[(1, 1)] * (length // 8)))
    Image.new("RGB", (64, 48), "gray").save(out, kind, exif=more)
    prepared = preparing.prepare(out.getvalue())
    position = prepared.position
    assert (position is not None and position.latitude == pytest.approx(12.5)) is is_read
    assert prepared.photo.width == 64


@pytest.mark.parametrize("told", [{}, None, {"latitude": 91, "longitude": 0}, {"latitude": float("nan")}])
def test_what_no_parser_says_is_no_position(told: object) -> None:
    whole: dict[str, object] = {
        "latitude": 1.0,
        "longitude": 1.0,
        "altitude": None,
        "accuracy": None,
        "captured_at": None,
        "flags": [],
    }
    assert exif.Position.from_json(whole).usable
    with pytest.raises((ValueError, KeyError, TypeError)):
        exif.Position.from_json(whole | told if told else told)  # type: ignore[operator]  # wrong on purpose
