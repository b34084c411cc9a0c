"""What phones, browsers, recorders and offices really write is taken."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pytest

from apps.onboarding_api.services.file_types import BY_EXTENSION, FileType, inspect
from apps.onboarding_api.tests.file_types_world import (
    ID3V1,
    archive,
    big_endian_tiff,
    box,
    browser_webm,
    docx_with,
    film,
    frames,
    heic,
    id3,
    media,
    ogg,
    packed_objects,
    parts_of_docx,
    parts_of_xlsx,
    pdf,
    picture,
    relations,
    retyped,
    rf64,
    saved,
    segment,
    sound,
    wav,
    with_chunk,
    with_segment,
)

_LOCAL_TEMPLATE = "file:///C:\\Users\\asha\\Templates\\Site.dotx"
_FRAGMENTS = "frag_keyframe+empty_moov+default_base_moof"


def _mpo() -> bytes:
    made = io.BytesIO()
    picture().save(made, "MPO", save_all=True, append_images=[picture().rotate(90)])
    return made.getvalue()


def _exif() -> bytes:
    from PIL import Image

    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Samsung", "SM-A546E"
    return exif.tobytes()


def _restarts() -> bytes:
    return saved("JPEG", side=256, restart_marker_blocks=4)


def _two_mp3() -> bytes:
    return sound("mp3", "libmp3lame") + sound("mp3", "libmp3lame", seconds=0.5)


WEBM = {
    "opus": lambda: sound("webm", "libopus", rate=48_000),
    "opus live": lambda: sound("webm", "libopus", rate=48_000, live="1"),
    "opus dash": lambda: sound("webm", "libopus", rate=48_000, dash="1"),
    "vorbis": lambda: sound("webm", "vorbis", rate=48_000, layout="stereo"),
    "of a browser": browser_webm,
    "pcm of a browser": lambda: browser_webm(codec=b"A_PCM/FLOAT/IEEE"),
    "cut off in a cluster": lambda: media("voice_hours.webm")[:-500],
    "of the media folder": lambda: media("voice_hours.webm"),
}
M4A = {
    "ipod": lambda: sound("ipod", "aac"),
    "isom": lambda: sound("mp4", "aac"),
    "index first": lambda: sound("mp4", "aac", movflags="faststart"),
    "fragments": lambda: sound("mp4", "aac", movflags=_FRAGMENTS),
    "fragments cut off": lambda: sound("mp4", "aac", movflags=_FRAGMENTS, frag_duration="100000")[:-400],
    "dash": lambda: sound("mp4", "aac", movflags="dash+frag_keyframe"),
    "dash brand": lambda: retyped(sound("mp4", "aac"), b"dash"),
    "mp42 of Android": lambda: retyped(sound("mp4", "aac"), b"mp42"),
    "3gp4 of Android": lambda: retyped(sound("mp4", "aac"), b"3gp4"),
    "cmfc": lambda: retyped(sound("mp4", "aac"), b"cmfc"),
    "QuickTime": lambda: sound("mov", "aac"),
    "alac": lambda: sound("ipod", "alac"),
    "opus": lambda: sound("mp4", "libopus", rate=48_000),
    "free space behind": lambda: sound("ipod", "aac") + box(b"free", b"\x00" * 64),
    "of the media folder": lambda: media("voice_hours.m4a"),
}
OGG = {
    "opus": lambda: sound("ogg", "libopus", rate=48_000),
    "opus in small pages": lambda: sound("ogg", "libopus", rate=48_000, page_duration="20000"),
    "vorbis": lambda: sound("ogg", "vorbis", rate=44_100, layout="stereo"),
    "flac": lambda: ogg(b"\x7fFLAC\x01\x00" + bytes(43), b"\x84" + bytes(20), b"\xff\xf8" + bytes(600)),
    "two behind each other": lambda: (
        sound("ogg", "libopus", rate=48_000) + sound("ogg", "vorbis", rate=44_100, layout="stereo")
    ),
    "cut off": lambda: sound("ogg", "libopus", rate=48_000, page_duration="20000")[:-30],
}
MP3 = {
    "stereo": lambda: sound("mp3", "libmp3lame", rate=44_100, layout="stereo"),
    "MPEG 2": lambda: sound("mp3", "libmp3lame", rate=16_000),
    "MPEG 2.5": lambda: sound("mp3", "libmp3lame", rate=8_000),
    "no tag": lambda: sound("mp3", "libmp3lame", id3v2_version="0", write_xing="0"),
    "ID3v1": lambda: sound("mp3", "libmp3lame") + ID3V1,
    "a large tag": lambda: id3(size=100_000) + sound("mp3", "libmp3lame", id3v2_version="0"),
    "padding behind the tag": lambda: id3() + b"\x00" * 2_000 + sound("mp3", "libmp3lame", id3v2_version="0"),
    "joined": _two_mp3,
    "cut off": lambda: sound("mp3", "libmp3lame")[:-50],
    "very short": lambda: sound("mp3", "libmp3lame", seconds=0.1),
}
AAC = {
    "adts": lambda: sound("adts", "aac"),
    "48 kHz stereo": lambda: sound("adts", "aac", rate=48_000, layout="stereo"),
    "with a tag": lambda: id3() + sound("adts", "aac"),
    "cut off": lambda: sound("adts", "aac")[:-20],
}
FLAC = {
    "16 bits": lambda: sound("flac", "flac"),
    "stereo": lambda: sound("flac", "flac", rate=44_100, layout="stereo"),
    "with a tag": lambda: id3() + sound("flac", "flac"),
    "ID3v1": lambda: sound("flac", "flac") + ID3V1,
}
WAV = {
    "16 bits": lambda: sound("wav", "pcm_s16le"),
    "24 bits": lambda: sound("wav", "pcm_s24le"),
    "float": lambda: sound("wav", "pcm_f32le"),
    "A-law": lambda: sound("wav", "pcm_alaw", rate=8_000),
    "mu-law": lambda: sound("wav", "pcm_mulaw", rate=8_000),
    "RF64": rf64,
    "BW64": lambda: rf64(b"BW64"),
    "RF64 of FFmpeg": lambda: sound("wav", "pcm_s16le", rf64="always"),
    "open sizes": lambda: wav(riff_size=0xFFFFFFFF, data_size=0xFFFFFFFF),
    "sizes of zero": lambda: wav(riff_size=0, data_size=0),
    "a list behind": lambda: wav(after=b"LIST" + b"\x04\x00\x00\x00INFO"),
    "a broadcast chunk": lambda: wav(before=b"bext" + b"\x58\x02\x00\x00" + b"\x00" * 600),
    "cut off": lambda: wav()[:-700],
}
JPEG = {
    "baseline": lambda: saved("JPEG"),
    "progressive": lambda: saved("JPEG", progressive=True),
    "grey": lambda: saved("JPEG", mode="L"),
    "CMYK": lambda: saved("JPEG", mode="CMYK"),
    "restarts": _restarts,
    "EXIF": lambda: saved("JPEG", exif=_exif()),
    "a comment": lambda: with_segment(0xFE, b"Gate 2, taken by LG <north side>; 50% light"),
    "fill bytes": lambda: b"\xff\xd8\xff\xff" + saved("JPEG")[2:],
    "padding behind": lambda: saved("JPEG") + b"\x00" * 70_000,
    "two pictures (MPF)": _mpo,
    "a second picture behind padding": lambda: saved("JPEG") + b"\x00" * 100 + saved("JPEG", side=32),
    "motion photo": lambda: saved("JPEG") + film("mp4"),
    "motion photo of 5 MB": lambda: saved("JPEG") + film("mp4") + box(b"free", b"\x00" * 5_000_000),
    "Samsung motion photo": lambda: (
        saved("JPEG")
        + b"\x00\x00\x30\x0a\x10\x00\x00\x00MotionPhoto_Data"
        + film("mp4")
        + b"SEFH"
        + b"\x00" * 24
        + b"SEFT"
    ),
    "a maker's notes behind": lambda: saved("JPEG") + b'vivo{"com.vivo.camera":{"mode":1}}\x00\x00\x01',
    "XMP": lambda: with_segment(
        0xE1, b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta xmlns:x='adobe:ns:meta/'></x:xmpmeta>"
    ),
    "a colour profile": lambda: with_segment(0xE2, b"ICC_PROFILE\x00\x01\x01" + bytes(range(256)) * 8),
    "depth in 64 KiB pieces": lambda: b"\xff\xd8" + segment(0xE1, b"x" * 65_000) * 20 + saved("JPEG")[2:],
    "of the media folder": lambda: media("scene_gps.jpg"),
}
PNG = {
    "RGB": lambda: saved("PNG"),
    "RGBA": lambda: saved("PNG", mode="RGBA"),
    "palette": lambda: saved("PNG", mode="P"),
    "black and white": lambda: saved("PNG", mode="1"),
    "16 bits": lambda: saved("PNG", mode="I;16"),
    "a text": lambda: with_chunk(b"tEXt", b"Comment\x00Gate 2 < Gate 3"),
    "a packed text": lambda: with_chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(b"north gate")),
    "XMP": lambda: with_chunk(
        b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00<?xpacket begin=''?><x:xmpmeta/>"
    ),
    "a line behind": lambda: saved("PNG") + b"\r\n",
    "rest of a larger screenshot": lambda: saved("PNG") + saved("PNG", side=200)[-300:],
}
OTHERS = {
    "webp lossy.webp": lambda: saved("WEBP"),
    "webp lossless.webp": lambda: saved("WEBP", lossless=True),
    "webp transparent.webp": lambda: saved("WEBP", mode="RGBA"),
    "webp EXIF.webp": lambda: saved("WEBP", exif=_exif()),
    "gif.gif": lambda: saved("GIF", mode="P"),
    "gif 87a.gif": lambda: b"GIF87a" + saved("GIF", mode="P")[6:],
    "gif comment.gif": lambda: saved("GIF", mode="P", comment=b"made with care"),
    "tiff.tiff": lambda: saved("TIFF"),
    "tiff deflate.tif": lambda: saved("TIFF", compression="tiff_deflate"),
    "tiff lzw.tif": lambda: saved("TIFF", compression="tiff_lzw"),
    "tiff jpeg.tif": lambda: saved("TIFF", compression="jpeg"),
    "tiff fax.tif": lambda: saved("TIFF", mode="1", compression="group4"),
    "tiff of a Mac.tiff": big_endian_tiff,
    "iPhone.heic": heic,
    "Android.heif": lambda: heic(major=b"mif1"),
    "film beside.HEIC": lambda: heic(after=box(b"mpvd", film("mp4"))),
    "site_brief.pdf": lambda: media("site_brief.pdf"),
    "scan.pdf": lambda: saved("PDF"),
    "hand.pdf": pdf,
    "blanks behind.pdf": lambda: pdf(end=b"\r\n\x00\x00\r\n"),
    "byte order mark.pdf": lambda: pdf(before=b"\xef\xbb\xbf"),
    "go to page 2.pdf": lambda: pdf(catalog=b"/OpenAction [3 0 R /Fit]"),
    "packed objects.pdf": lambda: pdf(objects=(packed_objects(b"1 0 << /Type /Font >>"),)),
    "drawing.pdf": lambda: pdf(objects=(packed_objects(b"1 0 0 1 72 720 cm " * 2_500_000, name=b"/XObject"),)),
    "bitmaps.pdf": lambda: pdf(
        objects=(packed_objects(b"1 0 << /Type /Font >>"), *[packed_objects(b"\xff" * 9_000_000, name=b"/Image")] * 4)),
    "table of places.pdf": lambda: pdf(objects=(
        packed_objects(b"1 0 << /Type /Font >>"),
        packed_objects(b"\x02\x01\x00" * 90, name=b"/XRef", coding=b"/FlateDecode /DecodeParms <</Predictor 12>>"))),
    "bytes of chance.pdf": lambda: pdf(objects=(b"<< /Length 9 >>\nstream\n\x01/JS \x80\x9f\n\nendstream",)),
    "revised.pdf": lambda: pdf() + pdf()[9:].replace(b"startxref\n", b"startxref\n", 1).rpartition(b"startxref")[0]
    + b"startxref\n%d\n%%%%EOF\n" % pdf().find(b"xref\n0"),
    "brief.docx": lambda: media("site_brief.docx"),
    "posts.xlsx": lambda: media("posts.xlsx"),
    "docProps first.docx": lambda: archive({"docProps/app.xml": b"<Properties/>"} | parts_of_docx()),
    "streamed.docx": lambda: archive(parts_of_docx(), streamed=True),
    "long.docx": lambda: archive(parts_of_docx(), long=True),
    "stored.docx": lambda: archive(parts_of_docx(), method=0),
    "local template.docx": lambda: docx_with(
        "word/_rels/settings.xml.rels", relations("attachedTemplate", _LOCAL_TEMPLATE)),
    "links.docx": lambda: docx_with("word/_rels/document.xml.rels", relations("hyperlink", "https://example.com/")),
    "a table inside.docx": lambda: docx_with("word/embeddings/Sheet1.xlsx", archive(parts_of_xlsx())),
    "plain.xlsx": lambda: archive(parts_of_xlsx()),
    "streamed.xlsx": lambda: archive(parts_of_xlsx(), streamed=True),
    "linked book.xlsx": lambda: archive(parts_of_xlsx() | {
        "xl/externalLinks/_rels/externalLink1.xml.rels": relations("externalLinkPath", "file:///C:\\Rates.xlsx")}),
    "equal rows.xlsx": lambda: archive(parts_of_xlsx() | {
        "xl/worksheets/sheet2.xml": b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (n, n) for n in range(60_000))}),
    "posts.csv": lambda: media("posts.csv"),
    "formula.csv": lambda: b"post,guards\nGate,=1+1\n",
    "semicolons.csv": lambda: "Tor;Wächter\r\nSüd;2\r\n".encode("cp1252"),
    "utf-16.csv": lambda: "Post\tGuards\nगेट\t2\n".encode("utf-16"),
    "utf-16 of a Mac.csv": lambda: b"\xfe\xff" + "Post\tGuards\n".encode("utf-16-be"),
    "marked.csv": lambda: b"\xef\xbb\xbfpost,guards\nGate,2\n",
    "old Mac.txt": lambda: b"Gate 1\rGate 2\r",
    "site_brief.txt": lambda: media("site_brief.txt"),
    "one letter.txt": lambda: b"A",
    "Hindi.txt": lambda: "मुख्य द्वार पर दो गार्ड\n".encode() * 400,
    "mail.txt": lambda: b"From: Asha <asha@example.com>\nTo: Ravi <ravi@example.com>\n\nTwo guards.\n",
    "angles.txt": lambda: b"<site name>\nload < 50 kW and > 5 kW; <scriptorium> <headcount> <body-guard>\n",
    "json.txt": lambda: b'{"guards": 2}\n',
    "import.txt": lambda: b"import goods gate\nfrom gate 2 import lorries\n",
    "form feed.txt": lambda: b"page one\x0cpage two",
    "MZ.txt": lambda: b"MZ Tower, guards at the gate\n",
}  # fmt: skip
Make = Callable[[], bytes]
TABLE: dict[str, tuple[str, Make]] = {
    f"{extension} {name}": (f"a.{extension}", make)
    for extension, made in {
        "webm": WEBM, "m4a": M4A, "ogg": OGG, "mp3": MP3, "aac": AAC, "flac": FLAC, "wav": WAV, "jpg": JPEG, "png": PNG,
    }.items()
    for name, make in made.items()
} | {name: (name, make) for name, make in OTHERS.items()}  # fmt: skip


def look(name: str, content: bytes) -> FileType:
    return inspect(io.BytesIO(content), name=name, allowed=BY_EXTENSION)


@pytest.mark.parametrize(("name", "make"), TABLE.values(), ids=TABLE.keys())
def test_what_people_really_send_is_taken(name: str, make: Make) -> None:
    kind = BY_EXTENSION[name.lower().rpartition(".")[2]]
    found = look(name, make())
    assert (found.extension, found.content_type, found.family) == (
        kind.extension,
        kind.content_type,
        kind.family,
    )


def test_the_table_has_many_variants() -> None:
    assert len(TABLE) >= 60


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.tiff", "a.png"])
def test_pictures_are_counted(name: str) -> None:
    kind = {"gif": "GIF", "webp": "WEBP", "tiff": "TIFF", "png": "PNG"}[name[2:]]
    assert look(name, frames(kind, 5)).frames == 5


def test_one_picture_is_one_frame() -> None:
    assert look("a.jpeg", saved("JPEG")).frames == 1


def test_the_file_is_left_at_its_start() -> None:
    file = io.BytesIO(saved("PNG"))
    inspect(file, name="a.png", allowed=("png",))
    assert file.tell() == 0
