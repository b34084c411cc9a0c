"""Files with planted values in their text, their metadata and their broken parts."""

from __future__ import annotations

import csv
import io
import zipfile
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw, ImageFont

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_DC = "http://purl.org/dc/elements/1.1/"
ARTIST, COPYRIGHT, SOFTWARE, DESCRIPTION = 0x013B, 0x8298, 0x0131, 0x010E
EXIF_IFD, USER_COMMENT, OWNER = 0x8769, 0x9286, 0xA430


def txt(lines: list[str]) -> bytes:
    return "\n".join(lines).encode()


def table(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([["Name", "Phone", "Email"], *rows])
    return out.getvalue().encode()


def pdf(lines: list[str], *, author: str, broken: bool = False) -> bytes:
    """One page of text and an author. A broken one says that its text is packed."""
    shown = " T* ".join(f"({_literal(line)}) Tj" for line in lines)
    stream = f"BT /F1 10 Tf 14 TL 40 800 Td {shown} ET"
    filter_ = "/Filter /FlateDecode " if broken else ""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< {filter_}/Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Author ({_literal(author)}) /Title ({_literal(author)}) >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1", "replace")
    marks = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{marks}trailer\n<< /Size 7 /Root 1 0 R /Info 6 0 R >>\n"
    return out + f"{end}startxref\n{len(out)}\n%%EOF\n".encode()


def docx(lines: list[str], *, author: str, broken: bool = False) -> bytes:
    paragraphs = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    end = "" if broken else "</w:body></w:document>"
    return _office(
        {
            "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{paragraphs}{end}',
            "word/comments.xml": f'<w:comments xmlns:w="{_WORD}"><w:comment w:author="{escape(author)}"/></w:comments>',
        },
        author=author,
    )


def xlsx(rows: list[list[str]], *, author: str) -> bytes:
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(c)}</t></is></c>' for c in row) + "</row>"
        for row in rows
    )
    return _office(
        {
            "xl/workbook.xml": f'<workbook xmlns="{_SHEET}"><sheets><sheet name="A" sheetId="1"/></sheets></workbook>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_SHEET}"><sheetData>{cells}</sheetData></worksheet>',
        },
        author=author,
    )


def photo(words: list[str], *, in_exif: list[str], broken: bool = False) -> bytes:
    """A JPEG with the words drawn on it and others in its EXIF texts. A broken one lacks its second half."""
    image = Image.new("RGB", (1000, 120 + 60 * len(words)), (248, 246, 240))
    draw = ImageDraw.Draw(image)
    for number, word in enumerate(words):
        draw.text((40, 40 + 60 * number), word, font=ImageFont.load_default(34), fill=(20, 20, 40))
    exif = Image.Exif()
    for tag, text in zip((ARTIST, COPYRIGHT, SOFTWARE, DESCRIPTION), in_exif, strict=False):
        exif[tag] = text
    exif.get_ifd(EXIF_IFD).update(
        {USER_COMMENT: b"ASCII\x00\x00\x00" + in_exif[0].encode(), OWNER: in_exif[-1]}
    )
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif.tobytes(), comment=in_exif[0].encode(), quality=85)
    whole = out.getvalue()
    return whole[: len(whole) // 2] if broken else whole


def _office(parts: dict[str, str], *, author: str) -> bytes:
    core = (
        f'<cp:coreProperties xmlns:cp="{_CORE}" xmlns:dc="{_DC}"><dc:creator>{escape(author)}</dc:creator>'
        f"<cp:lastModifiedBy>{escape(author)}</cp:lastModifiedBy></cp:coreProperties>"
    )
    main, kind = (
        ("word/document.xml", "wordprocessingml.document")
        if "word/document.xml" in parts
        else ("xl/workbook.xml", "spreadsheetml.sheet")
    )
    types = (
        f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/{main}" '
        f'ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/></Types>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"[Content_Types].xml": types, "docProps/core.xml": core, **parts}.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>\n{content}')
    return out.getvalue()


def _literal(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
