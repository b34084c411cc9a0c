"""How photos are opened, made small and judged."""

from __future__ import annotations

from dataclasses import dataclass

from intelliwiz_config.settings import env


@dataclass(frozen=True)
class PhotoSettings:
    """Sides and pixels in px, memory in MiB.

    Position rules are for photos of scenes; `max_position_error_metres`, `max_site_distance_metres` and `max_age_hours`
    of 0 ask for nothing. Verdicts are findings; with `position_strict` a bad one fails the upload.
    """

    max_pixels: int
    max_frame_pixels: int
    min_side: int
    max_side: int
    thumbnail_side: int
    child_memory_mb: int
    child_cpu_seconds: int
    child_wall_seconds: int
    duplicate_bits: int
    position_required: bool
    position_strict: bool
    max_position_error_metres: float
    max_site_distance_metres: float
    max_age_hours: float
    future_tolerance_minutes: float


PHOTOS = PhotoSettings(
    # Phones reach 48 to 50 megapixels; frames are what animations decode to.
    max_pixels=env.integer("PHOTO_MAX_PIXELS", 50_000_000, low=1_000_000),
    max_frame_pixels=100_000_000,
    min_side=16,
    max_side=2048,
    thumbnail_side=320,
    # Address space, of which a JPEG needs a tenth; WebP of 49 MP takes more than 768 MiB and less than this.
    child_memory_mb=env.integer("PHOTO_DECODER_MEMORY_MB", 1024, low=128),
    child_cpu_seconds=env.integer("PHOTO_DECODER_CPU_SECONDS", 10, low=1),
    child_wall_seconds=env.integer("PHOTO_DECODER_WALL_SECONDS", 30, low=1),
    duplicate_bits=env.integer("PHOTO_DUPLICATE_BITS", 6, high=32),
    position_required=env.boolean("PHOTO_POSITION_REQUIRED", False),
    position_strict=env.boolean("PHOTO_POSITION_STRICT", False),
    max_position_error_metres=env.number("PHOTO_MAX_POSITION_ERROR_METRES", 200.0),
    max_site_distance_metres=env.number("PHOTO_MAX_SITE_DISTANCE_METRES", 1000.0),
    max_age_hours=env.number("PHOTO_MAX_AGE_HOURS", 168.0),
    future_tolerance_minutes=10.0,
)
