"""The files that the story sends, and what must be found in them. They are the samples of the API's tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scripts.supervisor.layout import ROOT

FOLDER = ROOT / "apps/onboarding_api/tests/media"


@dataclass(frozen=True, kw_only=True)
class Voice:
    """A recording of `says`, which must become the answer `value`; `personal` must never be kept in the clear."""

    path: Path
    says: str
    value: str
    personal: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A photo that shows the words `text`, and whose EXIF data says where it was taken, in degrees."""

    path: Path
    latitude: float
    longitude: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Meter:
    """A photo of a meter that shows `value`."""

    path: Path
    value: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class Register:
    """A photo of a register page with at least so many rows."""

    path: Path
    rows: int
    personal: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document whose text holds `words`."""

    path: Path
    document_type: str
    words: tuple[str, ...]
    personal: tuple[str, ...]


VOICE = Voice(
    path=FOLDER / "voice_phone.wav",
    says="nine eight four five zero one two three four five",
    value="98450 12345",
    personal=("9845012345", "98450 12345", "nine eight four five"),
)
SCENE = Scene(path=FOLDER / "scene_gps.jpg", latitude=12.97160, longitude=77.59460, text="GATE 1 SECURITY")
METER = Meter(path=FOLDER / "meter_lcd.jpg", value="004512", unit="kWh")
REGISTER = Register(
    path=FOLDER / "register_page.jpg",
    rows=5,
    personal=("Asha Verma", "98450 12345", "Rohan Iyer", "99860 54321", "Meera Nair", "97411 22334"),
)
DOCUMENT = Document(
    path=FOLDER / "site_brief.pdf",
    document_type="site_brief",
    words=("Lakeview Hospital", "six guards per shift", "Main gate"),
    personal=("Asha Verma", "98450 12345", "asha.verma@example.com"),
)
