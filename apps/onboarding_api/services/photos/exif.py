"""Where and when a photo was taken, by strict rules of our own.

Cameras, editors and forgers write all sorts of GPS tags: zero denominators, bare numbers, lower-case references, one to
three components. What is not beyond doubt is not a position; what is odd is flagged. Tags: CIPA DC-008.
"""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

GPS_IFD, EXIF_IFD = 0x8825, 0x8769
LATITUDE_REF, LATITUDE, LONGITUDE_REF, LONGITUDE, ALTITUDE_REF, ALTITUDE = 1, 2, 3, 4, 5, 6
GPS_TIME, GPS_DATE, POSITIONING_ERROR = 7, 29, 31
DATE_TIME_ORIGINAL, OFFSET_TIME_ORIGINAL = 0x9003, 0x9011

NULL_ISLAND = "null_island"
NO_REFERENCE = "no_reference"
NO_POSITION = "no_position"
DAMAGED_POSITION = "damaged_position"
TIME_WITHOUT_ZONE = "time_without_zone"
FLAGS = frozenset({NULL_ISLAND, NO_REFERENCE, NO_POSITION, DAMAGED_POSITION, TIME_WITHOUT_ZONE})


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees (north and east positive), metres above sea level, an aware time, and the accuracy in metres.

    `latitude` and `longitude` are both None when the file says none that can be believed. `flags` names what is odd:
    "null_island" (0, 0), "no_reference" (no hemisphere, so no position), "damaged_position" (there are coordinates, but
    none that can be), "no_position", "time_without_zone" (the camera's clock without a zone: not used).
    """

    latitude: float | None
    longitude: float | None
    altitude: float | None = None
    captured_at: datetime | None = None
    flags: tuple[str, ...] = ()
    accuracy: float | None = None

    @property
    def usable(self) -> bool:
        """Whether there is a position, and not the one that broken receivers write."""
        return self.latitude is not None and self.longitude is not None and NULL_ISLAND not in self.flags

    def to_json(self) -> dict[str, Any]:
        taken = None if self.captured_at is None else self.captured_at.isoformat()
        return {**asdict(self), "captured_at": taken, "flags": list(self.flags)}

    @classmethod
    def from_json(cls, told: Any) -> Position:
        """What `to_json` made. `ValueError`, `KeyError` or `TypeError` for anything else."""
        taken, flags = told["captured_at"], told["flags"]
        latitude, longitude, altitude, accuracy = (
            None if told[name] is None else float(told[name])
            for name in ("latitude", "longitude", "altitude", "accuracy")
        )
        placed = latitude is not None and longitude is not None
        if placed and not (abs(latitude or 0) <= 90 and abs(longitude or 0) <= 180):
            raise ValueError("no place on earth")
        if accuracy is not None and not accuracy > 0:
            raise ValueError("no accuracy")
        return cls(
            latitude=latitude if placed else None,
            longitude=longitude if placed else None,
            altitude=altitude,
            captured_at=None if taken is None else datetime.fromisoformat(taken).astimezone(UTC),
            flags=tuple(flag for flag in flags if flag in FLAGS),
            accuracy=accuracy,
        )


def position_in(image: Image.Image) -> Position | None:
    """What the EXIF of an opened image says; None where it has neither position nor time or is damaged."""
    try:
        exif = image.getexif()
        gps, camera = dict(exif.get_ifd(GPS_IFD)), dict(exif.get_ifd(EXIF_IFD))
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        KeyError,
        IndexError,
        TypeError,
        ZeroDivisionError,
        AttributeError,
    ):
        # A photo whose metadata is damaged is a photo without metadata.
        return None
    return read_position(gps, camera)


def read_position(gps: dict[int, Any], camera: dict[int, Any]) -> Position | None:
    """The position out of the GPS tags and the time out of both. None where they say nothing at all."""
    flags: list[str] = []
    latitude = _coordinate(gps.get(LATITUDE), gps.get(LATITUDE_REF), positive="N", negative="S", limit=90.0)
    longitude = _coordinate(
        gps.get(LONGITUDE), gps.get(LONGITUDE_REF), positive="E", negative="W", limit=180.0
    )
    if latitude is None or longitude is None:
        latitude = longitude = None
        flags.append(NO_POSITION)
        if LATITUDE in gps or LONGITUDE in gps:
            flags.append(DAMAGED_POSITION)
        if LATITUDE in gps and not (_letter(gps.get(LATITUDE_REF)) and _letter(gps.get(LONGITUDE_REF))):
            flags.append(NO_REFERENCE)
    elif latitude == 0 and longitude == 0:
        flags.append(NULL_ISLAND)
    captured_at = _gps_time(gps) or _camera_time(camera)
    if captured_at is None and DATE_TIME_ORIGINAL in camera:
        flags.append(TIME_WITHOUT_ZONE)
    if latitude is None and not gps and not camera:
        return None
    accuracy = None if latitude is None else _accuracy(gps)
    return Position(latitude, longitude, _altitude(gps), captured_at, tuple(flags), accuracy)


def _coordinate(value: Any, reference: Any, *, positive: str, negative: str, limit: float) -> float | None:
    """Decimal degrees from one to three components; None unless all are finite, unsigned and within range."""
    parts = value if isinstance(value, tuple | list) else (value,)
    numbers = [_number(part) for part in parts]
    letter = _letter(reference)
    if not 1 <= len(numbers) <= 3 or letter not in (positive, negative):
        return None
    degrees = 0.0
    for number, unit, ceiling in zip(numbers, (1, 60, 3600), (limit, 60.0, 60.0), strict=False):
        # A sign beside a hemisphere is a contradiction; the two cannot be told apart.
        if number is None or number < 0 or number > ceiling:
            return None
        degrees += number / unit
    if degrees > limit:
        return None
    return round(-degrees if letter == negative else degrees, 7)


def _number(value: Any) -> float | None:
    # The tags hold fractions; a text or a truth value is another tag's content, whatever it can be turned into.
    if isinstance(value, str | bytes | bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _letter(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("ascii", "ignore")
    return value.strip("\0 ").upper() if isinstance(value, str) else ""


def _altitude(gps: dict[int, Any]) -> float | None:
    metres = _number(gps.get(ALTITUDE))
    if metres is None or not 0 <= metres < 10_000:
        return None
    below = gps.get(ALTITUDE_REF) in (1, b"\x01", "1")
    return round(-metres if below else metres, 2)


def _accuracy(gps: dict[int, Any]) -> float | None:
    """The horizontal positioning error in metres; nobody is on the spot to the last digit, so 0 is no accuracy."""
    metres = _number(gps.get(POSITIONING_ERROR))
    return round(metres, 2) if metres is not None and 0 < metres < 100_000 else None


def _gps_time(gps: dict[int, Any]) -> datetime | None:
    """The satellites' time, which is UTC."""
    parts = gps.get(GPS_TIME)
    day = re.fullmatch(r"(\d{4})[:-](\d{2})[:-](\d{2})", _letter(gps.get(GPS_DATE)))
    if not day or not isinstance(parts, tuple | list) or len(parts) != 3:
        return None
    clock = [_number(part) for part in parts]
    if None in clock:
        return None
    hour, minute, second = (int(number) for number in clock if number is not None)
    return _moment([*(int(part) for part in day.groups()), hour, minute, second], zone=UTC)


def _camera_time(camera: dict[int, Any]) -> datetime | None:
    """The camera's clock where it says its zone."""
    when = re.fullmatch(
        r"(\d{4})[:-](\d{2})[:-](\d{2})[ T](\d{2}):(\d{2}):(\d{2})", _letter(camera.get(DATE_TIME_ORIGINAL))
    )
    offset = re.fullmatch(r"([+-])(\d{2}):(\d{2})", _letter(camera.get(OFFSET_TIME_ORIGINAL)))
    if not when or not offset or int(offset[2]) > 14 or int(offset[3]) > 59:
        return None
    ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
    zone = timezone(-ahead if offset[1] == "-" else ahead)
    return _moment([int(part) for part in when.groups()], zone=zone)


def _moment(parts: list[int], *, zone: timezone) -> datetime | None:
    """Year, month, day, hour, minute and second, where there is such a moment."""
    year, month, day, hour, minute, second = parts
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None
