"""Forged, broken and hostile files are refused, each with its reason."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest

from apps.onboarding.errors import UnsupportedMedia
from apps.onboarding_api.services.file_types import BY_EXTENSION, HostileFile, Reason, inspect
from apps.onboarding_api.tests.file_types_world import (
    PHP,
    archive,
    big_endian_tiff,
    box,
    browser_webm,
    chunk,
    docx_with,
    element,
    film,
    heic,
    id3,
    media,
    ogg,
    packed_objects,
    parts_of_docx,
    parts_of_xlsx,
    pdf,
    relations,
    rf64,
    saved,
    segment,
    sound,
    wav,
    with_chunk,
    with_segment,
)

Make = Callable[[], bytes]
ELF = b"\x7fELF\x02\x01\x01\x00" + b"\x00" * 8 + b"\x02\x00\x3e\x00" + b"\x00" * 40
WINDOWS = (
    b"MZ" + b"\x90\x00" * 29 + struct.pack("<I", 128) + b"\x00" * 64 + b"PE\x00\x00\x4c\x01" + b"\x00" * 100
)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


def zipped() -> bytes:
    return archive({"evil.txt": b"hello " * 40})


def docx_of(main: str) -> bytes:
    return archive(parts_of_docx(main))


def raw_zip(names: list[str]) -> bytes:
    """Names as they are, twice if they are given twice."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as output:
        for name, content in parts_of_docx().items():
            output.writestr(name, content)
        for number, name in enumerate(names):
            output.writestr(f"{number}" * len(name.encode()), b"x")
    content = made.getvalue()
    for number, name in enumerate(names):
        content = content.replace(f"{number}".encode() * len(name.encode()), name.encode())
    return content


def lying(content: bytes, *, size: int) -> bytes:
    """A DOCX whose first entry says to unpack to `size` bytes."""
    at = content.find(b"PK\x01\x02")
    return content[: at + 24] + struct.pack("<I", size) + content[at + 28 :]


def flagged(content: bytes) -> bytes:
    at = content.find(b"PK\x01\x02")
    return content[: at + 8] + b"\x01" + content[at + 9 :]


def overlapping() -> bytes:
    """The first entry reaches into the second one."""
    content = archive(parts_of_docx())
    at = content.find(b"PK\x01\x02") + 20
    packed = int.from_bytes(content[at : at + 4], "little")
    return content[:at] + struct.pack("<I", packed + 40) + content[at + 4 :]


def moved_header(content: bytes) -> bytes:
    return content.replace(b"word/document.xml", b"word/documenX.xml", 1)


def circular_tiff() -> bytes:
    return big_endian_tiff()[:-4] + struct.pack(">I", 72)


def nested_tiff() -> bytes:
    """The second directory begins within the first one."""
    return big_endian_tiff()[:-4] + struct.pack(">I", 76)


def repeating_tiff() -> bytes:
    """Each of 300 entries names the same 4,000 bytes."""
    entry = struct.pack(">HHII", 700, 7, 4_000, 8)
    return (
        b"MM\x00*" + struct.pack(">I", 4_008) + bytes(4_000) + struct.pack(">H", 300) + entry * 300 + bytes(4)
    )


def encrypted_webm() -> bytes:
    return browser_webm(track=element(0x6D80, element(0x6240, element(0x5035, b"\x01"))))


PACKED_SCRIPT = packed_objects(b"1 0 << /S /JavaScript >>")


def hidden(found: bytes, instead: bytes) -> bytes:
    """An object stream with a script, written in another way."""
    assert found in PACKED_SCRIPT
    return PACKED_SCRIPT.replace(found, instead, 1)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
M = Reason.CONTENT_MISMATCH
D = Reason.DAMAGED
U = Reason.UNSUPPORTED_VARIANT
P = Reason.POLYGLOT
S = Reason.SCRIPT
TABLE: list[tuple[str, str, Make, Reason]] = [
    # names
    ("svg", "a.svg", lambda: SVG, Reason.TYPE_NOT_TAKEN),
    ("program", "a.exe", lambda: WINDOWS, Reason.TYPE_NOT_TAKEN),
    ("no extension", "photo", lambda: saved("JPEG"), Reason.TYPE_NOT_TAKEN),
    ("NUL in the name", "a.jpg\x00.php", lambda: saved("JPEG"), Reason.TYPE_NOT_TAKEN),
    ("macro document by name", "a.docm", lambda: archive(parts_of_docx()), Reason.TYPE_NOT_TAKEN),
    ("an old document", "a.doc", lambda: OLE, Reason.TYPE_NOT_TAKEN),
    ("a dot at the end", "a.jpg.", lambda: saved("JPEG"), Reason.TYPE_NOT_TAKEN),
    # another type
    *(
        (f"a PNG as {name}", f"a.{name}", lambda: saved("PNG"), M)
        for name in (
            "jpg",
            "gif",
            "webp",
            "tiff",
            "heic",
            "pdf",
            "docx",
            "webm",
            "wav",
            "mp3",
            "ogg",
            "m4a",
            "aac",
            "flac",
        )
    ),
    ("a program as jpg", "a.jpg", lambda: WINDOWS, M),
    ("a program as txt", "a.txt", lambda: ELF, M),
    ("a page as jpg", "a.jpg", lambda: b"<html><body>hello</body></html>", M),
    ("an SVG as png", "a.png", lambda: SVG, M),
    ("a ZIP as pdf", "a.pdf", zipped, M),
    ("a ZIP as docx", "a.docx", zipped, M),
    ("a workbook as docx", "a.docx", lambda: archive(parts_of_xlsx()), M),
    ("a document as xlsx", "a.xlsx", lambda: archive(parts_of_docx()), M),
    (
        "a template as docx",
        "a.docx",
        lambda: docx_of("application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"),
        M,
    ),
    ("an old document renamed", "a.docx", lambda: OLE, M),
    ("a WAV as webp", "a.webp", wav, M),
    ("a HEIC as m4a", "a.m4a", heic, M),
    ("an AVIF as heic", "a.heic", lambda: heic(major=b"avif", brands=b"mif1avif"), M),
    ("Matroska as webm", "a.webm", lambda: browser_webm(doc_type=b"matroska"), M),
    ("random bytes as csv", "a.csv", lambda: bytes(range(256)) * 40, M),
    ("UTF-32 as txt", "a.txt", lambda: "hello there".encode("utf-32"), M),
    # forged headers
    ("EBML header alone", "a.webm", lambda: browser_webm()[:30] + b"\x00" * 400, D),
    ("ID3 and nothing", "a.mp3", lambda: id3() + b"\x11" * 5_000, M),
    ("one MP3 header", "a.mp3", lambda: b"\xff\xfb\x90\x64" + b"\x00" * 5_000, M),
    ("one ADTS header", "a.aac", lambda: b"\xff\xf1\x50\x80\x02\x1f\xfc" + b"\x22" * 5_000, M),
    ("ADTS as mp3", "a.mp3", lambda: sound("adts", "aac"), M),
    ("MP3 as aac", "a.aac", lambda: sound("mp3", "libmp3lame", id3v2_version="0"), M),
    ("fLaC and nothing", "a.flac", lambda: b"fLaC\x00\x00\x00\x22" + b"\x00" * 500, D),
    ("FLAC without frames", "a.flac", lambda: sound("flac", "flac")[: 8_000 // 100], D),
    ("OggS and nothing", "a.ogg", lambda: b"OggS" + b"\x00" * 500, D),
    (
        "Ogg with a wrong checksum",
        "a.ogg",
        lambda: ogg(b"OpusHead" + bytes(11), b"OpusTags", b"x" * 99, wrong_sum=True),
        D,
    ),
    ("Ogg with a film", "a.ogg", lambda: ogg(b"\x80theora" + bytes(30), b"x" * 50, b"y" * 50), U),
    ("ftyp and nothing", "a.m4a", lambda: box(b"ftyp", b"M4A \x00\x00\x00\x00M4A "), D),
    ("RIFF WAVE and nothing", "a.wav", lambda: b"RIFF\x24\x00\x00\x00WAVE" + b"\x00" * 28, D),
    ("WAV without data", "a.wav", lambda: wav(data=b""), D),
    ("WAV of a phone's modem", "a.wav", lambda: wav(code=0x31), U),
    ("RF64 without data", "a.wav", lambda: rf64()[:60], D),
    ("JPEG header alone", "a.jpg", lambda: saved("JPEG")[:20] + b"\xff\xd9", D),
    ("JPEG cut off", "a.jpg", lambda: saved("JPEG")[:-40], D),
    ("lossless JPEG", "a.jpg", lambda: saved("JPEG").replace(b"\xff\xc0", b"\xff\xc3", 1), U),
    ("PNG cut off", "a.png", lambda: saved("PNG")[:-20], D),
    (
        "PNG with a wrong checksum",
        "a.png",
        lambda: saved("PNG")[:29] + b"\x00\x00\x00\x00" + saved("PNG")[33:],
        D,
    ),
    ("PNG without data", "a.png", lambda: saved("PNG")[:33] + chunk(b"IEND", b""), D),
    ("GIF cut off", "a.gif", lambda: saved("GIF", mode="P")[:-10], D),
    ("GIF without a picture", "a.gif", lambda: b"GIF89a" + b"\x01\x00\x01\x00\x00\x00\x00;", D),
    ("WebP cut off", "a.webp", lambda: saved("WEBP")[:-20], D),
    ("WebP of nothing", "a.webp", lambda: b"RIFF\x0c\x00\x00\x00WEBPVP8 \x00\x00\x00\x00", D),
    ("TIFF cut off", "a.tiff", lambda: saved("TIFF")[:-300], D),
    ("TIFF in a circle", "a.tiff", circular_tiff, D),
    ("TIFF of nested directories", "a.tiff", nested_tiff, D),
    ("TIFF of one value, again and again", "a.tiff", repeating_tiff, Reason.BOMB),
    ("BigTIFF", "a.tiff", lambda: b"II+\x00\x08\x00\x00\x00" + b"\x00" * 60, U),
    ("HEIC of another coding", "a.heic", lambda: heic(item=b"av01"), U),
    ("HEIC cut off", "a.heic", lambda: heic()[:-50], D),
    ("HEIC that describes a film", "a.heic", lambda: heic(handler=b"vide"), D),
    ("m4a cut off", "a.m4a", lambda: sound("ipod", "aac")[:-100], D),
    ("PDF header alone", "a.pdf", lambda: b"%PDF-1.7\nhello\n%%EOF", D),
    ("PDF cut off", "a.pdf", lambda: pdf()[:-60], D),
    ("PDF with a wrong address", "a.pdf", lambda: pdf().replace(b"startxref\n", b"startxref\n9"), D),
    ("DOCX cut off", "a.docx", lambda: archive(parts_of_docx())[:-40], D),
    (
        "DOCX with a wrong byte",
        "a.docx",
        lambda: archive(parts_of_docx(), method=0).replace(b"Guards", b"Guardz"),
        D,
    ),
    ("blanks as txt", "a.txt", lambda: b" \n\t\r\n", D),
    ("a byte order mark and a half", "a.txt", lambda: b"\xff\xfea\x00b", D),
    # films
    ("a film as webm", "a.webm", lambda: browser_webm(kind=1, codec=b"V_VP8"), U),
    ("a film as m4a", "a.m4a", lambda: film("mp4"), U),
    # something else at the end
    *(
        (f"{name} with a ZIP behind", f"a.{name}", lambda make=make: make() + zipped(), P)
        for name, make in {
            "jpg": lambda: saved("JPEG"),
            "png": lambda: saved("PNG"),
            "gif": lambda: saved("GIF", mode="P"),
            "webp": lambda: saved("WEBP"),
            "tiff": lambda: saved("TIFF"),
            "heic": heic,
            "wav": wav,
            "pdf": pdf,
            "mp3": lambda: sound("mp3", "libmp3lame"),
            "flac": lambda: sound("flac", "flac"),
            "ogg": lambda: sound("ogg", "libopus", rate=48_000),
            "docx": lambda: archive(parts_of_docx()),
        }.items()
        if name not in ("heic", "docx")
    ),
    ("HEIC with a ZIP in free space", "a.heic", lambda: heic(after=box(b"free", zipped())), P),
    ("m4a with a ZIP in free space", "a.m4a", lambda: sound("ipod", "aac") + box(b"free", zipped()), P),
    ("JPEG with a program behind", "a.jpg", lambda: saved("JPEG") + WINDOWS, P),
    ("JPEG with a Linux program behind", "a.jpg", lambda: saved("JPEG") + ELF, P),
    (
        "JPEG with a program behind zeros",
        "a.jpg",
        lambda: saved("JPEG") + bytes(9_000) + b"MZ\x90\x00" + bytes(90),
        P,
    ),
    ("JPEG with a PDF behind", "a.jpg", lambda: saved("JPEG") + pdf(), P),
    ("JPEG with an archive behind", "a.jpg", lambda: saved("JPEG") + b"Rar!\x1a\x07\x01\x00" + bytes(90), P),
    ("JPEG with a page behind", "a.jpg", lambda: saved("JPEG") + b"<script>alert(1)</script>", P),
    ("JPEG with far too much behind", "a.jpg", lambda: saved("JPEG") + b"abcd" * 1_100_000, P),
    ("GIF with PHP behind", "a.gif", lambda: saved("GIF", mode="P") + PHP, P),
    ("PNG with a shell script behind", "a.png", lambda: saved("PNG") + b"#!/bin/sh\nrm -rf /\n", P),
    ("a Windows program in a segment", "a.jpg", lambda: with_segment(0xE5, WINDOWS), P),
    ("a PDF in a segment", "a.jpg", lambda: with_segment(0xE5, pdf()), P),
    (
        "a PDF in ID3",
        "a.mp3",
        lambda: id3(pdf(), size=2_000) + sound("mp3", "libmp3lame", id3v2_version="0"),
        P,
    ),
    ("PDF with a page behind", "a.pdf", lambda: pdf() + b"<html><script>alert(1)</script></html>", P),
    ("PDF with bytes behind", "a.pdf", lambda: pdf() + b"MZ" + b"x" * 400, P),
    ("DOCX behind a PDF", "a.docx", lambda: pdf() + archive(parts_of_docx()), M),
    ("DOCX with a program behind", "a.docx", lambda: archive(parts_of_docx()) + WINDOWS, P),
    # code
    ("PHP in a comment", "a.jpg", lambda: with_segment(0xFE, PHP), S),
    ("PHP in EXIF", "a.jpg", lambda: with_segment(0xE1, b"Exif\x00\x00" + PHP), S),
    ("short PHP in a comment", "a.jpg", lambda: with_segment(0xFE, b"<?=`$_GET[0]`?>"), S),
    (
        "a script in XMP",
        "a.jpg",
        lambda: with_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00<x><SCRIPT>1</SCRIPT></x>"),
        S,
    ),
    (
        "a JPEG that is JavaScript",
        "a.jpg",
        lambda: (
            b"\xff\xd8"
            + b"\xff\xe0\x2f\x2a"
            + bytes(0x2F2A - 2)
            + segment(0xFE, b"*/=alert(1)/*")
            + saved("JPEG")[2:]
        ),
        S,
    ),
    (
        "a GIF that is JavaScript",
        "a.gif",
        lambda: b"GIF89a/*" + saved("GIF", mode="P")[8:-1] + b"!\xfe\x0e*/=1;alert(1);\x00;",
        S,
    ),
    ("PHP in a GIF comment", "a.gif", lambda: saved("GIF", mode="P", comment=PHP), S),
    ("PHP in a PNG text", "a.png", lambda: with_chunk(b"tEXt", b"Comment\x00" + PHP), S),
    (
        "PHP in a packed PNG text",
        "a.png",
        lambda: with_chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(PHP)),
        S,
    ),
    ("an SVG in a PNG text", "a.png", lambda: with_chunk(b"iTXt", b"Comment\x00\x00\x00\x00\x00" + SVG), S),
    ("PHP in ID3", "a.mp3", lambda: id3(PHP) + sound("mp3", "libmp3lame", id3v2_version="0"), S),
    ("PHP in a WAV list", "a.wav", lambda: wav(after=b"LIST" + struct.pack("<I", len(PHP)) + PHP), S),
    ("a Phar in a GIF", "a.gif", lambda: saved("GIF", mode="P", comment=b"__HALT_COMPILER(); "), S),
    *(
        (f"{name} as txt", "a.txt", lambda text=text: text, S)
        for name, text in {
            "a page": b"<!DOCTYPE html><p>hello",
            "a tagged page": b"\n\n <html><p>hello",
            "SVG": SVG,
            "XML": b"<?xml version='1.0'?><a/>",
            "PHP": PHP,
            "a shell script": b"#!/bin/sh\nls\n",
            "PostScript": b"%!PS-Adobe\nshowpage\n",
            "rich text": b"{\\rtf1 hello}",
            "a script in words": b"Two guards.\n<script src=x></script>\n",
            "a frame": b"see <iframe src=x>",
            "a web archive": b"MIME-Version: 1.0\n",
            "a page in UTF-16": "<html><script>1</script>".encode("utf-16"),
        }.items()
    ),
    ("a script in a CSV cell", "a.csv", lambda: b'post,guards\n"<ScRiPt>alert(1)</sCrIpT>",2\n', S),
    ("a script far behind", "a.txt", lambda: b"guards at the gate\n" * 40_000 + b"<script>1</script>", S),
    # documents that act
    ("JavaScript", "a.pdf", lambda: pdf(catalog=b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), S),
    ("JavaScript spelled", "a.pdf", lambda: pdf(catalog=b"/OpenAction << /S /J#61va#53cript >>"), S),
    ("JS alone", "a.pdf", lambda: pdf(catalog=b"/AA << /JS 5 0 R >>"), S),
    ("JavaScript packed", "a.pdf", lambda: pdf(objects=(packed_objects(b"1 0 << /S /JavaScript >>"),)), S),
    (
        "JavaScript packed and spelled",
        "a.pdf",
        lambda: pdf(objects=(packed_objects(b"1 0 << /S /J#61vaScript >>", name=b"/Obj#53tm"),)),
        S,
    ),
    *(
        (f"JavaScript packed behind {name}", "a.pdf", lambda objects=objects: pdf(objects=objects), S)
        for name, objects in {
            "blanks": (hidden(b">>\nstream", b">>" + b" " * 17 + b"stream"),),
            "a comment": (hidden(b">>\nstream", b">> %" + b"x" * 9_000 + b"\nstream"),),
            "a long string": (hidden(b"/N 1", b"/N 1 /Pad (" + b"a" * 5_000 + b")"),),
            "a string with obj": (hidden(b"/N 1", b"/N 1 /Pad ( obj)"),),
            "a string with stream": (hidden(b"/N 1", b"/N 1 /Pad (>>stream\n)"),),
            "a comment with stream": (b"<< >> % >>stream\n", PACKED_SCRIPT),
            "no type": (hidden(b"/Type /ObjStm", b"/Type 5 0 R"), b"/ObjStm"),
            "blanks in it": (packed_objects(b" " * 300_000 + b"1 0 << /S /JavaScript >>"),),
        }.items()
    ),
    *(
        (
            f"{name.decode()} packed",
            "a.pdf",
            lambda name=name: pdf(objects=(packed_objects(b"1 0 << /%s 5 0 R >>" % name),)),
            S,
        )
        for name in (b"XFA", b"SubmitForm", b"ImportData", b"JS")
    ),
    ("a form of XML", "a.pdf", lambda: pdf(catalog=b"/AcroForm << /XFA 5 0 R >>"), S),
    ("a form that is sent", "a.pdf", lambda: pdf(catalog=b"/OpenAction << /S /SubmitForm /F (x) >>"), S),
    (
        "JS in what only looks like data",
        "a.pdf",
        lambda: pdf(objects=(b"% >>stream", b"<< /JS (app.alert(1)) >>")),
        S,
    ),
    *(
        (f"objects packed {name}", "a.pdf", lambda objects=objects: pdf(objects=objects), D)
        for name, objects in {
            "as said elsewhere": (packed_objects(b"x", coding=b"6 0 R"), b"/FlateDecode"),
            "twice": (packed_objects(b"x", coding=b"[/FlateDecode /FlateDecode]"),),
            "with differences": (
                packed_objects(b"x", coding=b"/FlateDecode /DecodeParms << /Predictor 12 >>"),
            ),
            "otherwise, as said elsewhere": (packed_objects(b"x", coding=b"[6 0 R]"), b"/LZWDecode"),
        }.items()
    ),
    ("launch", "a.pdf", lambda: pdf(catalog=b"/OpenAction << /S /Launch /F (cmd.exe) >>"), S),
    (
        "objects packed oddly",
        "a.pdf",
        lambda: pdf(objects=(packed_objects(b"x", coding=b"[/ASCIIHexDecode /FlateDecode]"),)),
        D,
    ),
    (
        "a bomb of objects",
        "a.pdf",
        lambda: pdf(objects=(packed_objects(b"1 0 <<>> " * 5_000_000),)),
        Reason.BOMB,
    ),
    (
        "an attachment",
        "a.pdf",
        lambda: pdf(catalog=b"/Names << /EmbeddedFiles 5 0 R >>"),
        Reason.EMBEDDED_FILE,
    ),
    ("a password", "a.pdf", lambda: pdf(trailer=b"/Encrypt 5 0 R"), Reason.ENCRYPTED),
    ("macros", "a.docx", lambda: docx_with("word/vbaProject.bin", b"\x00"), Reason.MACRO),
    (
        "macros of a workbook",
        "a.xlsx",
        lambda: archive(parts_of_xlsx() | {"xl/vbaProject.bin": b"\x00"}),
        Reason.MACRO,
    ),
    (
        "a macro document renamed",
        "a.docx",
        lambda: docx_of("application/vnd.ms-word.document.macroEnabled.main+xml"),
        Reason.MACRO,
    ),
    (
        "a macro sheet",
        "a.xlsx",
        lambda: archive(parts_of_xlsx() | {"xl/macrosheets/sheet1.xml": b"<a/>"}),
        Reason.MACRO,
    ),
    ("a control", "a.docx", lambda: docx_with("word/activeX/activeX1.xml", b"<a/>"), Reason.MACRO),
    (
        "a program attached",
        "a.docx",
        lambda: docx_with("word/embeddings/setup.exe", b"x"),
        Reason.EMBEDDED_FILE,
    ),
    (
        "a program by its bytes",
        "a.docx",
        lambda: docx_with("word/media/image1.png", WINDOWS),
        Reason.EMBEDDED_FILE,
    ),
    *(
        (
            f"a template {target[:12]}",
            "a.docx",
            lambda target=target: docx_with(
                "word/_rels/settings.xml.rels", relations("attachedTemplate", target)
            ),
            Reason.EXTERNAL_CONTENT,
        )
        for target in ("https://evil.example/a.dotm", "\\\\evil\\share\\a.dotm", "file://evil/a.dotm")
    ),
    (
        "an object from elsewhere",
        "a.docx",
        lambda: docx_with(
            "word/_rels/document.xml.rels", relations("oleObject", "mhtml:http://evil.example/x!")
        ),
        Reason.EXTERNAL_CONTENT,
    ),
    (
        "a field that runs",
        "a.docx",
        lambda: docx_with("word/header1.xml", b"<a>DDEAUTO c:\\\\windows\\\\cmd.exe</a>"),
        S,
    ),
    (
        "a field that runs, in pieces",
        "a.docx",
        lambda: docx_with(
            "word/header1.xml",
            b"<a><w:instrText>DD</w:instrText><w:r><w:instrText xml:space='preserve'>EAU</w:instrText></w:r>"
            b"<w:instrText>TO c:\\cmd.exe</w:instrText></a>",
        ),
        S,
    ),
    *(
        (
            f"{name} inside",
            "a.docx",
            lambda part=part, make=make: docx_with(part, make()),
            Reason.EMBEDDED_FILE,
        )
        for name, part, make in (
            ("an old object", "word/embeddings/oleObject1.bin", lambda: OLE),
            ("an old object as a picture", "word/media/image1.png", lambda: OLE),
            ("an old object as a table", "word/embeddings/a.xlsx", lambda: OLE),
            ("bytes", "word/embeddings/a.bin", lambda: b"guards"),
            ("an archive as a picture", "word/media/image1.png", zipped),
            ("an archive as a table", "word/embeddings/a.xlsx", zipped),
        )
    ),
    (
        "macros inside",
        "a.docx",
        lambda: docx_with("word/embeddings/a.xlsx", archive(parts_of_xlsx() | {"xl/vbaProject.bin": b"x"})),
        Reason.MACRO,
    ),
    *(
        (
            f"{kind} from elsewhere",
            "a.docx",
            lambda kind=kind: docx_with(
                "word/_rels/document.xml.rels", relations(kind, "https://evil.example/x")
            ),
            Reason.EXTERNAL_CONTENT,
        )
        for kind in ("image", "externalLinkPath", "audio", "video", "media")
    ),
    (
        "another document as a part",
        "a.docx",
        lambda: docx_with("word/_rels/document.xml.rels", relations("aFChunk", "a.htm", "Internal")),
        Reason.EMBEDDED_FILE,
    ),
    (
        "a macro sheet by its type",
        "a.xlsx",
        lambda: archive(parts_of_xlsx("application/vnd.ms-excel.macrosheet+xml")),
        Reason.MACRO,
    ),
    (
        "a large part of relations",
        "a.docx",
        lambda: docx_with("word/_rels/x.xml.rels", b"<a>" + b"<b/>" * 70_000 + b"</a>"),
        Reason.BOMB,
    ),
    (
        "many relations",
        "a.docx",
        lambda: archive(
            parts_of_docx()
            | {f"word/_rels/x{n}.xml.rels": b"<a>" + b"<b/>" * 60_000 + b"</a>" for n in range(5)}
        ),
        Reason.BOMB,
    ),
    (
        "many tables that unpack to too much",
        "a.docx",
        lambda: archive(
            parts_of_docx()
            | {
                f"word/embeddings/a{n}.xlsx": archive(
                    parts_of_xlsx()
                    | {"xl/a.bin": b"".join(b"%d guards at the gate " % (m % 999) for m in range(400_000))}
                )
                for n in range(7)
            }
        ),
        Reason.BOMB,
    ),
    (
        "a DTD",
        "a.docx",
        lambda: docx_with("word/_rels/x.xml.rels", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
        Reason.BOMB,
    ),
    ("an encrypted entry", "a.docx", lambda: flagged(archive(parts_of_docx())), Reason.ENCRYPTED),
    ("an Office password", "a.docx", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), Reason.ENCRYPTED),
    ("a bomb by its ratio", "a.docx", lambda: docx_with("word/x.xml", bytes(20_000_000)), Reason.BOMB),
    ("a bomb by its size", "a.docx", lambda: lying(archive(parts_of_docx()), size=60_000_000), Reason.BOMB),
    ("a bomb that lies", "a.docx", lambda: lying(archive(parts_of_docx()), size=10), Reason.BOMB),
    ("a bomb of entries", "a.docx", lambda: archive({f"x{n}": b"" for n in range(2_100)}), Reason.BOMB),
    ("entries over each other", "a.docx", overlapping, Reason.BOMB),
    ("an entry of two names", "a.docx", lambda: moved_header(archive(parts_of_docx())), Reason.UNSAFE_ENTRY),
    *(
        (f"the entry {name}", "a.docx", lambda name=name: raw_zip([name]), Reason.UNSAFE_ENTRY)
        for name in ("../../evil.sh", "/etc/passwd", "word\\..\\..\\evil", "C:evil.bat")
    ),
    ("two entries of one name", "a.docx", lambda: raw_zip(["word/a.xml", "WORD/a.xml"]), Reason.UNSAFE_ENTRY),
    ("encrypted sound", "a.webm", encrypted_webm, Reason.ENCRYPTED),
    (
        "a file attached to sound",
        "a.webm",
        lambda: browser_webm(extra=element(0x1941A469, b"x")),
        Reason.EMBEDDED_FILE,
    ),
    (
        "JPEG of segments",
        "a.jpg",
        lambda: b"\xff\xd8" + segment(0xE5, b"") * 5_000 + saved("JPEG")[2:],
        Reason.BOMB,
    ),
    (
        "PNG of packed texts",
        "a.png",
        lambda: (
            saved("PNG")[:33]
            + chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(b" " * 400_000)) * 2
            + chunk(b"iTXt", b"Comment\x00\x01\x00\x00\x00" + zlib.compress(b" " * 400_000))
            + saved("PNG")[33:]
        ),
        Reason.BOMB,
    ),
    (
        "PNG of chunks",
        "a.png",
        lambda: saved("PNG")[:33] + chunk(b"teSt", b"") * 110_000 + saved("PNG")[33:],
        Reason.BOMB,
    ),
]


def refusal(name: str, content: bytes) -> UnsupportedMedia:
    with pytest.raises(UnsupportedMedia) as raised:
        inspect(io.BytesIO(content), name=name, allowed=BY_EXTENSION)
    return raised.value


@pytest.mark.parametrize(
    ("name", "make", "reason"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_it_is_refused_with_its_reason(name: str, make: Make, reason: Reason) -> None:
    refused = refusal(name, make())
    assert refused.extra["reason"] == reason, refused.detail
    assert refused.extra["allowed"] == list(BY_EXTENSION)
    is_plain = reason in (M, D, U, Reason.TYPE_NOT_TAKEN)
    assert isinstance(refused, HostileFile) is not is_plain


def test_the_table_has_many_rows_and_every_reason() -> None:
    assert len(TABLE) >= 80
    assert {row[3] for row in TABLE} == set(Reason)


def test_a_known_type_that_is_not_taken_here_is_refused() -> None:
    with pytest.raises(UnsupportedMedia) as raised:
        inspect(io.BytesIO(media("site_brief.pdf")), name="a.pdf", allowed=("jpg",))
    assert raised.value.extra == {"reason": Reason.TYPE_NOT_TAKEN, "allowed": ["jpg"]}


def test_a_password_is_told_in_words_that_help() -> None:
    assert refusal("a.pdf", pdf(trailer=b"/Encrypt 5 0 R")).next_actions == (
        "remove_password",
        "send_another_file",
    )
