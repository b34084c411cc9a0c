"""Photos are opened safely, and their positions are believed only where they can be."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from apps.onboarding_api.services.image_analysis import errors, exif, position_of, safety

MEDIA = Path(__file__).parent / "media"
SCENE = (MEDIA / "scene_gps.jpg").read_bytes()


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def test_clean_copy_has_the_pixels_and_nothing_else():
    source = encoded(
        Image.open(io.BytesIO(SCENE)), "JPEG", exif=Image.open(io.BytesIO(SCENE)).getexif(), comment=b"<?php"
    )
    assert b"<?php" in source
    clean = safety.decode(source)
    copy = Image.open(io.BytesIO(clean.jpeg))
    assert (clean.source_width, clean.source_height, clean.source_format) == (1024, 768, "JPEG")
    assert copy.size == (clean.width, clean.height) == (1024, 768)
    assert b"<?php" not in clean.jpeg
    assert not copy.getexif()
    assert not {"exif", "comment", "icc_profile", "xmp"} & set(copy.info)


def test_orientation_is_applied():
    turned = Image.Exif()
    turned[0x0112] = 6
    clean = safety.decode(encoded(Image.new("RGB", (60, 20), "red"), "JPEG", exif=turned))
    assert (clean.width, clean.height) == (20, 60)


def test_large_photo_is_brought_to_2048_pixels():
    clean = safety.decode(encoded(Image.new("RGB", (5000, 2500), "green"), "JPEG"))
    assert (clean.width, clean.height) == (2048, 1024)


def test_transparent_parts_become_white():
    clean = safety.decode(encoded(Image.new("RGBA", (40, 40), (0, 0, 0, 0)), "PNG"))
    assert Image.open(io.BytesIO(clean.jpeg)).getpixel((20, 20)) == (255, 255, 255)


@pytest.mark.parametrize(
    "content",
    [
        SCENE[: len(SCENE) // 2],
        b"\xff\xd8\xff\xe0 no photo",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        encoded(Image.new("RGB", (40, 40)), "PNG")[:-30],
        encoded(Image.new("P", (40, 40)), "GIF"),
        b"",
    ],
    ids=["truncated jpeg", "words", "svg", "truncated png", "gif", "empty"],
)
def test_what_is_no_whole_photo_is_refused(content):
    with pytest.raises(errors.ImageUnreadable):
        safety.decode(content)


def test_pixel_bomb_is_refused_by_its_header():
    bomb = encoded(Image.new("1", (9000, 9000)), "PNG")
    assert len(bomb) < 50_000
    with pytest.raises(errors.ImageTooLarge):
        safety.decode(bomb)


def test_bomb_of_frames_is_refused():
    frames = [Image.new("L", (1600, 1600), n) for n in range(45)]
    bomb = encoded(frames[0], "PNG", save_all=True, append_images=frames[1:])
    assert len(bomb) < 500_000
    with pytest.raises(errors.ImageTooLarge):
        safety.decode(bomb)


def test_dot_is_too_small():
    with pytest.raises(errors.ImageTooSmall):
        safety.decode(encoded(Image.new("RGB", (3, 3)), "PNG"))


def test_position_altitude_and_time_of_the_sample():
    found = position_of(SCENE)
    assert found is not None
    assert found.latitude == pytest.approx(12.9716)
    assert found.longitude == pytest.approx(77.5946)
    assert found.altitude == 920
    assert found.captured_at == datetime(2026, 1, 15, 4, 0, tzinfo=UTC)
    assert found.usable


def test_photo_without_metadata_has_no_position():
    assert position_of((MEDIA / "scene_plain.jpg").read_bytes()) is None
    assert position_of(b"no photo") is None


def tags(latitude, latitude_ref, longitude, longitude_ref):
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
def test_positions_that_are_believed(latitude, latitude_ref, longitude, longitude_ref, expected):
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
def test_positions_that_are_not_believed(latitude, latitude_ref, longitude, longitude_ref):
    found = exif.read_position(tags(latitude, latitude_ref, longitude, longitude_ref), {})
    assert found is not None
    assert (found.latitude, found.longitude, found.usable) == (None, None, False)
    assert exif.NO_POSITION in found.flags


def test_missing_hemisphere_is_named():
    found = exif.read_position({2: (12, 0, 0), 4: (77, 0, 0)}, {})
    assert found is not None
    assert exif.NO_REFERENCE in found.flags


def test_null_island_is_flagged_and_not_usable():
    found = exif.read_position(tags((0, 0, 0), "N", (0, 0, 0), "E"), {})
    assert found is not None
    assert (found.latitude, found.flags, found.usable) == (0, (exif.NULL_ISLAND,), False)


def test_zero_denominator_in_a_file_is_no_position():
    twelve_degrees = b"\x00\x00\x00\x0c\x00\x00\x00\x01"
    assert SCENE.count(twelve_degrees) == 1
    found = position_of(SCENE.replace(twelve_degrees, b"\x00\x00\x00\x0c\x00\x00\x00\x00"))
    assert found is not None
    assert (found.latitude, found.longitude, found.usable) == (None, None, False)


def test_time_is_taken_only_with_its_zone():
    with_zone = exif.read_position({}, {0x9003: "2026:01:15 09:30:00", 0x9011: "+05:30"})
    without = exif.read_position({}, {0x9003: "2026:01:15 09:30:00"})
    assert with_zone is not None
    assert with_zone.captured_at == datetime(2026, 1, 15, 4, 0, tzinfo=UTC)
    assert without is not None
    assert (without.captured_at, exif.TIME_WITHOUT_ZONE in without.flags) == (None, True)
    no_such_day = exif.read_position({}, {0x9003: "2026:13:45 99:00:00", 0x9011: "+05:30"})
    assert no_such_day is not None
    assert no_such_day.captured_at is None
