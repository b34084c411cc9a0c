"""Files as phones, browsers and offices write them, made on the spot."""

from __future__ import annotations

import io
import math
import struct
import tempfile
import zipfile
import zlib
from array import array
from functools import cache
from pathlib import Path
from typing import Any

import av
from PIL import Image

MEDIA = Path(__file__).parent / "media"
PHP = b"<?php system($_GET['c']); ?>"
Sample = tuple[str, bytes]
"""File name and content."""


def media(name: str) -> bytes:
    return (MEDIA / name).read_bytes()


# sound


@cache
def sound(
    container: str,
    codec: str,
    *,
    rate: int = 16_000,
    layout: str = "mono",
    seconds: float = 1.0,
    **options: str,
) -> bytes:
    """A tone in any container that FFmpeg writes."""
    with (
        tempfile.NamedTemporaryFile() as made,
        av.open(made.name, "w", format=container, options=options) as output,
    ):
        stream: Any = output.add_stream(codec, rate=rate)
        stream.layout = layout
        stream.codec_context.options = {"strict": "experimental"}
        channels = 2 if layout == "stereo" else 1
        samples = array(
            "h", (int(9_000 * math.sin(i / 9)) for i in range(int(rate * seconds)) for _ in range(channels))
        )
        frame = av.AudioFrame(format="s16", layout=layout, samples=int(rate * seconds))
        frame.planes[0].update(samples.tobytes())
        frame.sample_rate = rate
        fitting = av.AudioResampler(
            format=stream.codec_context.format, layout=layout, rate=rate, frame_size=None
        )
        fifo = av.AudioFifo()
        for resampled in fitting.resample(frame):
            fifo.write(resampled)
        size = stream.codec_context.frame_size or 1_024
        while (part := fifo.read(size, partial=True)) is not None:
            part.pts = None
            output.mux(stream.encode(part))
        output.mux(stream.encode(None))
        output.close()
        return Path(made.name).read_bytes()


def film(container: str, codec: str = "mpeg4") -> bytes:
    made = io.BytesIO()
    with av.open(made, "w", format=container) as output:
        stream: Any = output.add_stream(codec, rate=5)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(3):
            output.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        output.mux(stream.encode(None))
    return made.getvalue()


def id3(content: bytes = b"", *, size: int = 300) -> bytes:
    body = b"TIT2" + struct.pack(">IH", 5, 0) + b"\x00Test" + content
    body = body.ljust(size, b"\x00")
    return (
        b"ID3\x03\x00\x00"
        + bytes([len(body) >> 21 & 127, len(body) >> 14 & 127, len(body) >> 7 & 127, len(body) & 127])
        + body
    )


ID3V1 = b"TAG" + b"Title".ljust(125, b"\x00")


def wav(*, magic: bytes = b"RIFF", riff_size: int | None = None, data_size: int | None = None, code: int = 1,
        before: bytes = b"", after: bytes = b"", data: bytes = b"\x01\x02" * 4_000) -> bytes:  # fmt: skip
    body = b"WAVE" + before + b"fmt " + struct.pack("<IHHIIHH", 16, code, 1, 16_000, 32_000, 2, 16)
    body += b"data" + struct.pack("<I", len(data) if data_size is None else data_size) + data + after
    return magic + struct.pack("<I", len(body) if riff_size is None else riff_size) + body


def rf64(magic: bytes = b"RF64") -> bytes:
    data = b"\x01\x02" * 4_000
    ds64 = b"ds64" + struct.pack("<IQQQI", 28, len(data) + 80, len(data), len(data) // 2, 0)
    return wav(magic=magic, riff_size=0xFFFFFFFF, data_size=0xFFFFFFFF, before=ds64, data=data)


def element(identifier: int, content: bytes, *, size: int | None = None) -> bytes:
    name = identifier.to_bytes((identifier.bit_length() + 7) // 8, "big")
    length = len(content) if size is None else size
    return name + (0x0100000000000000 | length).to_bytes(8, "big") + content


def ogg(*packets: bytes, serial: bytes = b"abcd", wrong_sum: bool = False) -> bytes:
    """One packet to a page, with its checksum (polynomial 0x04C11DB7, most significant bit first)."""
    made = b""
    for number, packet in enumerate(packets):
        lacing = b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255])
        head = (
            b"OggS\x00"
            + (b"\x02" if number == 0 else b"\x00")
            + bytes(8)
            + serial
            + struct.pack("<I", number)
        )
        rest = bytes([len(lacing)]) + lacing + packet
        value = 0
        for byte in head + bytes(4) + rest:
            value ^= byte << 24
            for _ in range(8):
                value = (value << 1 ^ 0x04C11DB7 if value >> 31 else value << 1) & 0xFFFFFFFF
        made += head + struct.pack("<I", value ^ wrong_sum) + rest
    return made


UNKNOWN = (1 << 56) - 1


def browser_webm(
    *,
    kind: int = 2,
    codec: bytes = b"A_OPUS",
    doc_type: bytes = b"webm",
    extra: bytes = b"",
    track: bytes = b"",
) -> bytes:
    """As MediaRecorder writes it: the sizes of the segment and of the clusters are left open."""
    header = (
        b"\x1a\x45\xdf\xa3"
        + bytes([0x83 + len(doc_type)])
        + b"\x42\x82"
        + bytes([0x80 + len(doc_type)])
        + doc_type
    )
    entry = element(0xD7, b"\x01") + element(0x83, bytes([kind])) + element(0x86, codec) + track
    tracks = element(0x1654AE6B, element(0xAE, entry))
    block = element(0xA3, b"\x81\x00\x00\x80" + bytes(range(100)))
    cluster = element(0x1F43B675, element(0xE7, b"\x00") + block * 20, size=UNKNOWN)
    return header + element(0x18538067, element(0x1549A966, b"") + tracks + extra + cluster * 3, size=UNKNOWN)


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def heic(
    *,
    major: bytes = b"heic",
    item: bytes = b"hvc1",
    after: bytes = b"",
    brands: bytes = b"mif1heic",
    handler: bytes = b"pict",
) -> bytes:
    infe = box(b"infe", b"\x02\x00\x00\x00" + struct.pack(">HH", 1, 0) + item + b"\x00")
    iinf = box(b"iinf", b"\x00" * 4 + struct.pack(">H", 1) + infe)
    hdlr = box(b"hdlr", b"\x00" * 8 + handler + b"\x00" * 13)
    meta = box(
        b"meta",
        b"\x00" * 4
        + hdlr
        + box(b"pitm", b"\x00" * 4 + b"\x00\x01")
        + box(b"iloc", b"\x00" * 16)
        + iinf
        + box(b"iprp", b"\x00" * 8),
    )
    return box(b"ftyp", major + b"\x00" * 4 + brands) + meta + box(b"mdat", bytes(range(256)) * 8) + after


def retyped(content: bytes, brand: bytes) -> bytes:
    return content[:8] + brand + content[12:]


# images


@cache
def picture(mode: str = "RGB", side: int = 96) -> Image.Image:
    gradient = Image.linear_gradient("L").resize((side, side))
    return Image.merge("RGB", (gradient, gradient.rotate(90), gradient.rotate(180))).convert(mode)


def saved(kind: str, *, mode: str = "RGB", side: int = 96, **options: Any) -> bytes:
    made = io.BytesIO()
    picture(mode, side).save(made, kind, **options)
    return made.getvalue()


def frames(kind: str, count: int = 3, **options: Any) -> bytes:
    made = io.BytesIO()
    pictures = [picture("RGB").rotate(40 * turn) for turn in range(count)]
    pictures[0].save(made, kind, save_all=True, append_images=pictures[1:], **options)
    return made.getvalue()


def segment(marker: int, content: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(content) + 2) + content


def with_segment(marker: int, content: bytes) -> bytes:
    """A JPEG with one more segment right behind its start."""
    return b"\xff\xd8" + segment(marker, content) + saved("JPEG")[2:]


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def with_chunk(kind: bytes, content: bytes) -> bytes:
    """A PNG with one more chunk right behind its header."""
    made = saved("PNG")
    return made[:33] + chunk(kind, content) + made[33:]


def big_endian_tiff() -> bytes:
    pixels = bytes(range(64))
    values = {256: 8, 257: 8, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: 8, 279: 64}
    entries = b"".join(
        struct.pack(">HHI", tag, 3, 1) + struct.pack(">HH", value, 0) for tag, value in values.items()
    )
    return (
        b"MM\x00*" + struct.pack(">I", 72) + pixels + struct.pack(">H", len(values)) + entries + b"\x00" * 4
    )


# documents


def pdf(
    *,
    catalog: bytes = b"",
    objects: tuple[bytes, ...] = (),
    trailer: bytes = b"",
    before: bytes = b"",
    end: bytes = b"\n",
) -> bytes:
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>",
        b"<< /Length 24 >>\nstream\nBT (guards at gate) Tj ET\nendstream",
        *objects,
    ]
    made, places = before + b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made) - len(before))
        made += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(made) - len(before)
    made += table + b"trailer\n<< /Root 1 0 R /Size %d %s >>\nstartxref\n%d\n%%%%EOF" % (
        len(parts) + 1,
        trailer,
        start,
    )
    return made + end


def packed_objects(text: bytes, *, coding: bytes = b"/FlateDecode", name: bytes = b"/ObjStm") -> bytes:
    data = zlib.compress(text)
    return (
        b"<< /Type "
        + name
        + b" /N 1 /First 4 /Filter "
        + coding
        + b" /Length %d >>\nstream\n" % len(data)
        + data
        + b"\nendstream"
    )


WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relations(kind: str, target: str, mode: str = "External") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships"><Relationship Id="r1" Type="{_R}/{kind}" Target="{target}" TargetMode="{mode}"/>'
        "</Relationships>"
    ).encode()


def parts_of_docx(main: str = WORD_TYPE, *, text: str = "Guards at the gate") -> dict[str, bytes]:
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
        'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
        f'PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )
    return {
        "[Content_Types].xml": types.encode(),
        "_rels/.rels": relations("officeDocument", "word/document.xml", "Internal"),
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>'
        f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>".encode(),
    }


def parts_of_xlsx(main: str = SHEET_TYPE) -> dict[str, bytes]:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
        f'PartName="/xl/workbook.xml" ContentType="{main}"/></Types>'
    )
    return {
        "[Content_Types].xml": types.encode(),
        "xl/workbook.xml": b"<workbook/>",
        "xl/worksheets/sheet1.xml": b"<worksheet/>",
    }


class _NotSeekable(io.RawIOBase):
    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self.parts.append(bytes(data))
        return len(data)


def archive(
    parts: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED, streamed: bool = False, long: bool = False
) -> bytes:
    """`streamed`: sizes stand behind each entry. `long`: with the fields of ZIP64."""
    made: Any = _NotSeekable() if streamed else io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as output:
        for name, content in parts.items():
            with output.open(zipfile.ZipInfo(name) if long else name, "w", force_zip64=long) as entry:
                entry.write(content)
    return b"".join(made.parts) if streamed else made.getvalue()


def docx_with(name: str, content: bytes) -> bytes:
    return archive(parts_of_docx() | {name: content})
