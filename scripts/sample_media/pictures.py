"""Photos drawn by Pillow: scenes, meters, a register page. Every drawing is the same on every run."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

SEGMENTS = {
    "0": "abcdef",
    "1": "bc",
    "2": "abged",
    "3": "abgcd",
    "4": "fgbc",
    "5": "afgcd",
    "6": "afgedc",
    "7": "abc",
    "8": "abcdefg",
    "9": "abcdfg",
}
VISITORS = (
    ("1", "Asha Verma", "98450 12345", "09:10", "Delivery"),
    ("2", "Rohan Iyer", "99860 54321", "09:42", "Interview"),
    ("3", "Meera Nair", "97411 22334", "10:05", "Audit"),
    ("4", "Farhan Khan", "98860 77881", "10:30", "Repairs"),
    ("5", "Leela Das", "96320 11223", "11:15", "Meeting"),
)
HEADING = ("No", "Name", "Phone", "Time in", "Purpose")
PLACE = (12.97160, 77.59460)


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def photographed(
    image: Image.Image, *, angle: float = 0.0, noise: float = 6.0, blur: float = 0.6
) -> Image.Image:
    """As a phone would see it: a little turned, soft and grainy."""
    turned = image.rotate(
        angle, resample=Image.Resampling.BICUBIC, expand=False, fillcolor=image.getpixel((2, 2))
    )
    soft = turned.filter(ImageFilter.GaussianBlur(blur))
    dice = random.Random(7)
    grain = Image.frombytes(
        "L", soft.size, bytes(int(128 + dice.gauss(0, noise)) for _ in range(soft.width * soft.height))
    )
    return Image.blend(soft, Image.merge("RGB", [grain] * 3), 0.06)


def scene() -> Image.Image:
    """A gate with a guard's cabin, a barrier and a lamp."""
    image = Image.new("RGB", (1024, 768), (150, 190, 225))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 470, 1024, 768), fill=(120, 118, 112))
    draw.polygon([(380, 768), (640, 768), (560, 470), (460, 470)], fill=(80, 80, 82))
    for left in range(0, 1024, 26):
        if not 380 < left < 660:
            draw.rectangle((left, 330, left + 7, 500), fill=(70, 74, 70))
    draw.rectangle((690, 300, 900, 560), fill=(214, 205, 180), outline=(60, 50, 40), width=4)
    draw.polygon([(670, 300), (920, 300), (880, 250), (710, 250)], fill=(140, 60, 45))
    draw.rectangle((720, 350, 800, 430), fill=(60, 90, 120), outline=(30, 30, 30), width=4)
    draw.rectangle((825, 360, 885, 560), fill=(95, 70, 50), outline=(30, 30, 30), width=4)
    for number in range(10):
        left = 360 + 32 * number
        draw.rectangle((left, 430, left + 32, 448), fill=(200, 40, 40) if number % 2 else (245, 245, 245))
    draw.rectangle((300, 120, 310, 500), fill=(60, 60, 60))
    draw.ellipse((280, 95, 350, 130), fill=(250, 240, 190), outline=(60, 60, 60))
    draw.text((705, 262), "GATE 1  SECURITY", font=font(22), fill="white")
    return photographed(image)


def gps_exif() -> Image.Exif:
    """Position, altitude and satellite time, as a phone writes them."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Sample", "Drawn"
    exif.get_ifd(0x8769).update({0x9003: "2026:01:15 09:30:00", 0x9011: "+05:30"})
    exif.get_ifd(0x8825).update(
        {
            1: "N",
            2: _sexagesimal(PLACE[0]),
            3: "E",
            4: _sexagesimal(PLACE[1]),
            5: b"\x00",
            6: Fraction(920),
            7: (Fraction(4), Fraction(0), Fraction(0)),
            29: "2026:01:15",
        }
    )
    return exif


def lcd_meter(digits: str = "004512") -> Image.Image:
    """An electricity meter with a seven-segment display."""
    image = Image.new("RGB", (1000, 760), (196, 198, 194))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((110, 60, 890, 710), 40, fill=(232, 232, 228), outline=(120, 120, 120), width=5)
    draw.text((190, 100), "STATIC WATT-HOUR METER", font=font(34), fill=(40, 40, 40))
    draw.rounded_rectangle((180, 190, 820, 400), 14, fill=(168, 184, 150), outline=(70, 80, 70), width=6)
    for place, digit in enumerate(digits):
        _seven_segments(draw, digit, left=215 + place * 82, top=225, width=52, height=136)
    draw.text((718, 325), "kWh", font=font(40), fill=(30, 40, 30))
    draw.text((190, 440), "3 Phase  4 Wire  240 V  50 Hz", font=font(28), fill=(50, 50, 50))
    draw.text((190, 490), "3200 imp/kWh   Class 1.0", font=font(28), fill=(50, 50, 50))
    for place in range(48):
        left, wide = 240 + place * 11, 3 + (place * 7) % 5
        draw.rectangle((left, 570, left + wide, 650), fill=(20, 20, 20))
    return photographed(image, angle=1.2)


def drum_meter(digits: str = "01834") -> Image.Image:
    """A water meter with five number drums, the last of them half turned on."""
    image = Image.new("RGB", (900, 700), (86, 100, 112))
    draw = ImageDraw.Draw(image)
    draw.ellipse((120, 20, 780, 680), fill=(238, 236, 228), outline=(60, 70, 80), width=12)
    draw.text((360, 120), "WATER METER", font=font(28), fill=(30, 30, 30))
    draw.rectangle((235, 250, 665, 360), fill=(22, 22, 24))
    for place, digit in enumerate(digits):
        left = 245 + place * 84
        draw.rectangle((left, 258, left + 74, 352), fill=(244, 243, 238))
        draw.text((left + 16, 254), digit, font=font(80), fill=(16, 16, 16))
        draw.rectangle((left, 258, left + 74, 266), fill=(150, 150, 148))
        draw.rectangle((left, 344, left + 74, 352), fill=(150, 150, 148))
    draw.text((680, 285), "m3", font=font(38), fill=(30, 30, 30))
    draw.text((330, 440), "Qn 1.5   Class B", font=font(26), fill=(40, 40, 40))
    return photographed(image, angle=-1.0)


def register_page(angle: float = 1.0) -> Image.Image:
    """A ruled page of a visitors' register. Names and numbers are made up."""
    image = Image.new("RGB", (1240, 820), (250, 247, 236))
    draw = ImageDraw.Draw(image)
    draw.text((400, 40), "VISITORS REGISTER", font=font(44), fill=(40, 40, 40))
    edges = (60, 150, 460, 740, 920, 1180)
    tops = [130 + 95 * row for row in range(len(VISITORS) + 2)]
    for top in tops:
        draw.line((edges[0], top, edges[-1], top), fill=(120, 140, 170), width=2)
    for left in edges:
        draw.line((left, tops[0], left, tops[-1]), fill=(170, 120, 120), width=2)
    dice = random.Random(3)
    for row, cells in enumerate((HEADING, *VISITORS)):
        for column, cell in enumerate(cells):
            ink = (30, 30, 30) if row == 0 else (28, 42, 120)
            spot = (edges[column] + 16 + dice.randint(-2, 2), tops[row] + 26 + dice.randint(-3, 3))
            draw.text(spot, cell, font=font(36), fill=ink)
    return photographed(image, angle=angle)


def save(image: Image.Image, path: Path, *, exif: Image.Exif | None = None, quality: int = 82) -> None:
    image.save(path, "JPEG", quality=quality, optimize=True, exif=exif.tobytes() if exif else b"")


def _sexagesimal(degrees: float) -> tuple[Fraction, Fraction, Fraction]:
    seconds = round(degrees * 3600 * 1000)
    return Fraction(seconds // 3_600_000), Fraction(seconds // 60_000 % 60), Fraction(seconds % 60_000, 1000)


def _seven_segments(
    draw: ImageDraw.ImageDraw, digit: str, *, left: int, top: int, width: int, height: int
) -> None:
    half, thick, gap = height // 2, 12, 3
    right, bottom, middle = left + width, top + height, top + half
    boxes = {
        "a": (left + gap, top, right - gap, top + thick),
        "b": (right - thick, top + gap, right, middle - gap),
        "c": (right - thick, middle + gap, right, bottom - gap),
        "d": (left + gap, bottom - thick, right - gap, bottom),
        "e": (left, middle + gap, left + thick, bottom - gap),
        "f": (left, top + gap, left + thick, middle - gap),
        "g": (left + gap, middle - thick // 2, right - gap, middle + thick // 2),
    }
    for name, box in boxes.items():
        draw.rectangle(box, fill=(24, 32, 24) if name in SEGMENTS[digit] else (158, 174, 142))
