"""What was sent becomes a clean copy: the picture upright and small, and not a byte of metadata."""

from __future__ import annotations

import importlib.util
import io
import json
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms, ImageEnhance

from apps.onboarding_api.services.photos import bounded, errors, fingerprint, preparing, segments

MEDIA = Path(__file__).parent / "media"
SCENE = (MEDIA / "scene_gps.jpg").read_bytes()
MARK = "planted-by-the-test"
XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><note>{MARK}</note></x:xmpmeta>".encode()
ORIENTATION = 0x0112


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def planted() -> Image.Exif:
    """EXIF data with a mark in several directories and the position of the sample."""
    exif = opened(SCENE).getexif()
    for tag in (0x010E, 0x0131, 0x013B, 0x8298):
        exif[tag] = MARK
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + MARK.encode()
    return exif


def with_segments(jpeg: bytes, *segments_: tuple[int, bytes]) -> bytes:
    """The JPEG with further segments after its first two bytes, and words after its end."""
    added = b"".join(struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data for marker, data in segments_)
    return jpeg[:2] + added + jpeg[2:] + MARK.encode()


def marked(kind: str) -> bytes:
    """A picture of this kind with all the metadata that it can carry."""
    image = opened(SCENE).convert("RGB").resize((512, 384))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = planted()
    if kind == "jpeg":
        plain = encoded(image, "JPEG", exif=exif, comment=MARK.encode(), icc_profile=profile, xmp=XMP)
        return with_segments(plain, (0xED, b"Photoshop 3.0\0" + MARK.encode()), (0xEF, MARK.encode()))
    if kind == "png":
        text = zlib.compress(MARK.encode())
        chunk = b"zTXtnote\0\0" + text
        whole = encoded(image, "PNG", exif=exif, icc_profile=profile)
        added = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        return whole[:33] + added + whole[33:] + MARK.encode()
    if kind == "webp":
        return encoded(image, "WEBP", exif=exif, icc_profile=profile, xmp=XMP)
    if kind == "gif":
        return encoded(image.quantize(), "GIF", comment=MARK.encode())
    if kind == "tiff":
        return encoded(image, "TIFF", exif=exif, icc_profile=profile, description=MARK)
    if kind == "mpo":
        return encoded(image, "MPO", save_all=True, append_images=[image], exif=exif)
    return (MEDIA / "scene_gps.heic").read_bytes()


KINDS = ("jpeg", "mpo", "png", "webp", "gif", "tiff", "heic")
POSITIONED = {"jpeg", "mpo", "png", "webp", "tiff", "heic"}


def prepared(kind: str) -> preparing.PreparedPhoto:
    """Skips where no decoder for the kind is installed."""
    if kind == "heic" and importlib.util.find_spec("pi_heif") is None:
        pytest.skip(
            "pi-heif is not installed, so HEIC is refused; test_heic_without_a_decoder_is_told proves that"
        )
    return preparing.prepare(marked(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_no_segment_but_those_of_pixels_is_left(kind: str) -> None:
    done = prepared(kind)
    for jpeg in (done.photo.jpeg, done.thumbnail):
        assert MARK.encode() not in jpeg
        markers = [segment.marker for segment in segments.segments(jpeg)]
        assert {0xD8, 0xE0, 0xDB, 0xC0, 0xC4, 0xDA, 0xD9} >= set(markers)
        assert markers.count(0xE0) == 1
        copy = opened(jpeg)
        assert not copy.getexif()
        assert not {"exif", "comment", "icc_profile", "xmp", "photoshop"} & set(copy.info)
    assert (done.photo.source_width, done.photo.source_height) == (512, 384)


@pytest.mark.parametrize("kind", KINDS)
def test_exiftool_finds_no_metadata_in_any_copy(kind: str, tmp_path: Path) -> None:
    exiftool = shutil.which("exiftool")
    if exiftool is None:
        pytest.skip("exiftool is not installed (Debian: libimage-exiftool-perl)")
    done = prepared(kind)
    before = tmp_path / f"before.{kind}"
    before.write_bytes(marked(kind))
    assert _groups(exiftool, before) - {"File", "ExifTool", "Composite", "JFIF"}
    for name, jpeg in (("photo", done.photo.jpeg), ("thumbnail", done.thumbnail)):
        after = tmp_path / f"{name}.jpg"
        after.write_bytes(jpeg)
        assert _groups(exiftool, after) <= {"File", "ExifTool", "Composite", "JFIF"}


def _groups(exiftool: str, file: Path) -> set[str]:
    """The groups of metadata that exiftool tells of, unknown tags and warnings included."""
    told = subprocess.run(
        [exiftool, "-j", "-G", "-a", "-u", "-ee", str(file)], capture_output=True, check=True
    )
    tags = json.loads(told.stdout)[0]
    assert not [
        tag for tag in tags if "Comment" in tag and file.name != "before.gif" and "before" not in file.name
    ]
    assert "before" in file.name or not [tag for tag in tags if tag.endswith((":Warning", ":Error"))]
    return {tag.partition(":")[0] for tag in tags if ":" in tag} | ({"File:Comment"} & set(tags))


@pytest.mark.parametrize("kind", KINDS)
def test_position_is_read_before_it_goes(kind: str) -> None:
    found = prepared(kind).position
    if kind in POSITIONED:
        assert found is not None
        assert (found.latitude, found.longitude) == pytest.approx((12.9716, 77.5946))
    else:
        assert found is None


@pytest.mark.parametrize("kind", KINDS)
def test_picture_is_the_same_in_every_kind(kind: str) -> None:
    done = prepared(kind)
    original = fingerprint.of(opened(SCENE))
    assert fingerprint.distance(done.photo.fingerprint, original) <= 4


def test_heic_without_a_decoder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if importlib.util.find_spec("pi_heif") is not None:
        # The child takes its modules from the folder it starts in first: there, this name gives nothing.
        (tmp_path / "pi_heif.py").write_text("raise ImportError\n")
        (tmp_path / "apps").symlink_to(Path(preparing.__file__).parents[3])
        run = bounded.run
        monkeypatch.setattr(
            bounded, "run", lambda module, **given: run(module, **given | {"folder": tmp_path})
        )
    with pytest.raises(errors.HeicUnavailable) as refusal:
        preparing.prepare((MEDIA / "scene_gps.heic").read_bytes())
    assert refusal.value.code == "heic_unavailable"
    assert "JPEG" in refusal.value.user_message


CORNERS = ("red", "lime", "blue", "white")


def quarters() -> Image.Image:
    """60 x 40 px: red, green, blue, white from the top left in reading direction."""
    image = Image.new("RGB", (60, 40))
    for place, colour in enumerate(CORNERS):
        left, top = place % 2 * 30, place // 2 * 20
        image.paste(colour, (left, top, left + 30, top + 20))
    return image


BACK = {
    1: (),
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_90,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_270,),
}
"""How the sensor's picture of each orientation lies, seen from the upright one."""


TURNABLE: dict[str, dict[str, object]] = {
    "JPEG": {"quality": 95, "subsampling": 0},
    "MPO": {"quality": 95, "subsampling": 0, "save_all": True},
    "PNG": {},
    "WEBP": {"lossless": True},
    "TIFF": {},
    "TIFF, packed": {"compression": "tiff_lzw"},
}
"""Every kind that can name an orientation. GIF cannot; HEIC is turned by its own decoder."""


@pytest.mark.parametrize("kind", TURNABLE)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_of_every_kind_is_applied_once(orientation: int, kind: str) -> None:
    stored = quarters()
    for turn in BACK[orientation]:
        stored = stored.transpose(turn)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    done = preparing.prepare(encoded(stored, kind.partition(",")[0], exif=exif, **TURNABLE[kind])).photo
    assert (done.width, done.height) == (60, 40)
    copy = opened(done.jpeg).convert("RGB")
    wanted = quarters()
    for spot in ((15, 10), (45, 10), (15, 30), (45, 30)):
        seen, meant = copy.getpixel(spot), wanted.getpixel(spot)
        assert isinstance(seen, tuple)
        assert isinstance(meant, tuple)
        assert max(abs(one - other) for one, other in zip(seen, meant, strict=True)) < 40


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_nonsense_orientation_leaves_the_picture(orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    done = preparing.prepare(encoded(Image.new("RGB", (60, 20), "red"), "JPEG", exif=exif)).photo
    assert (done.width, done.height) == (60, 20)


def test_large_photo_is_brought_to_2048_pixels_and_its_thumbnail_to_320() -> None:
    done = preparing.prepare(encoded(Image.new("RGB", (5000, 2500), "green"), "JPEG"))
    assert (done.photo.width, done.photo.height) == (2048, 1024)
    assert opened(done.thumbnail).size == (320, 160)


@pytest.mark.parametrize(
    ("size", "kept"), [((4000, 1000), (2000, 500)), ((1000, 4032), (500, 2016)), ((3880, 100), (2048, 53))]
)
def test_whole_step_of_the_jpeg_decoder_will_do_where_it_comes_close(
    size: tuple[int, int], kept: tuple[int, int]
) -> None:
    photo = preparing.prepare(encoded(Image.new("RGB", size, "green"), "JPEG")).photo
    assert (photo.width, photo.height) == kept


def test_transparent_parts_become_white() -> None:
    for image in (Image.new("RGBA", (40, 40), (0, 0, 0, 0)), Image.new("LA", (40, 40), (0, 0))):
        done = preparing.prepare(encoded(image, "PNG")).photo
        assert opened(done.jpeg).getpixel((20, 20)) == (255, 255, 255)


def test_sixteen_bits_of_grey_keep_their_shades() -> None:
    row = struct.pack("<32H", *[0x4000] * 32) + struct.pack("<32H", *[0xC000] * 32)
    image = Image.frombytes("I;16", (64, 64), row * 64)
    copy = opened(preparing.prepare(encoded(image, "PNG")).photo.jpeg).convert("L")
    dark, light = copy.getpixel((8, 32)), copy.getpixel((56, 32))
    assert dark == pytest.approx(64, abs=4)
    assert light == pytest.approx(192, abs=4)


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "YCbCr", "I", "F", "LA", "RGBA"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    image = (
        opened(SCENE).convert("RGB").convert("L" if mode in {"I", "F", "LA", "1"} else "RGB").convert(mode)
    )
    done = preparing.prepare(encoded(image, "TIFF")).photo
    assert opened(done.jpeg).mode == "RGB"
    assert done.fingerprint


def test_first_frame_stands_for_an_animation() -> None:
    frames = [Image.new("RGB", (60, 60), colour) for colour in ("red", "blue", "blue")]
    for kind in ("GIF", "WEBP", "TIFF", "PNG"):
        moving = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        red, green, blue = opened(preparing.prepare(moving).photo.jpeg).getpixel((30, 30))  # type: ignore[misc]  # RGB
        assert (red > 200, green < 60, blue < 60) == (True, True, True), kind


@pytest.mark.parametrize(
    "content",
    [
        SCENE[: len(SCENE) // 2],
        b"\xff\xd8\xff\xe0 no photo",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        encoded(Image.new("RGB", (40, 40)), "PNG")[:-30],
        encoded(opened(SCENE).convert("P"), "GIF")[:4000],
        encoded(opened(SCENE), "WEBP")[:4000],
        encoded(opened(SCENE), "TIFF")[:4000],
        encoded(opened(SCENE), "BMP"),
        encoded(opened(SCENE), "AVIF"),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n",
        b"x",
    ],
    ids=[
        "half a jpeg", "words", "svg", "half a png", "half a gif", "half a webp", "half a tiff", "bmp", "avif", "eps",
        "one byte",
    ],
)  # fmt: skip
def test_what_is_no_whole_photo_is_refused(content: bytes) -> None:
    with pytest.raises(errors.ImageUnreadable):
        preparing.prepare(content)


def test_dot_is_too_small() -> None:
    with pytest.raises(errors.ImageTooSmall):
        preparing.prepare(encoded(Image.new("RGB", (3, 3)), "PNG"))


def test_fingerprint_survives_encoding_and_tells_photos_apart() -> None:
    scene = opened(SCENE).convert("RGB")
    original = fingerprint.of(scene)
    darker = ImageEnhance.Brightness(scene).enhance(0.8)
    assert len(original) == 16
    for again in (scene.resize((700, 525)), darker, opened(encoded(scene, "JPEG", quality=30))):
        assert fingerprint.distance(original, fingerprint.of(again)) <= 6
    for other in ("meter_lcd.jpg", "meter_drum.jpg", "register_page.jpg"):
        assert fingerprint.distance(original, fingerprint.of(Image.open(MEDIA / other))) > 10


def test_flat_picture_has_no_fingerprint() -> None:
    assert fingerprint.of(Image.new("RGB", (400, 300), (20, 20, 20))) == ""


@pytest.mark.parametrize(
    "jpeg",
    [
        with_segments(encoded(quarters(), "JPEG")),
        with_segments(encoded(quarters(), "JPEG"), (0xFE, b"words"))[: -len(MARK)],
        with_segments(encoded(quarters(), "JPEG"), (0xE1, b"Exif\0\0MM"))[: -len(MARK)],
        with_segments(encoded(quarters(), "JPEG"), (0xE0, b"JFXX\0words"))[: -len(MARK)],
        encoded(quarters(), "JPEG")[:-2],
        encoded(quarters(), "JPEG", comment=b"words"),
        encoded(quarters(), "PNG"),
        b"",
    ],
    ids=[
        "after the end",
        "a comment",
        "EXIF",
        "a second APP0",
        "no end",
        "Pillow's comment",
        "a PNG",
        "nothing",
    ],
)
def test_jpeg_with_anything_beside_pixels_is_not_plain(jpeg: bytes) -> None:
    assert segments.size_of_plain(encoded(quarters(), "JPEG")) == (60, 40)
    with pytest.raises(segments.NotPlain):
        segments.size_of_plain(jpeg)
