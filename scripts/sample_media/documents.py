"""A site's brief as text, PDF, DOCX and a table as CSV and XLSX: written by hand, so that nothing more is needed."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

TITLE = "Site brief: Lakeview Hospital"
LINES = (
    "Opening: Monday to Saturday, 09:00 to 18:00.",
    "Area: 12,000 square feet on five floors, two entrances.",
    "Guards: six guards per shift, three shifts of eight hours.",
    "Risks: theft and fire. CCTV covers both entrances.",
    "Meters: one for electricity, one for water.",
    "Contact: Asha Verma, phone 98450 12345, asha.verma@example.com",
)
POSTS = (
    ("Post", "Guards", "From", "To"),
    ("Main gate", "2", "06:00", "22:00"),
    ("Emergency entrance", "2", "00:00", "24:00"),
    ("Parking", "2", "08:00", "20:00"),
)
_STAMP = (2026, 1, 15, 9, 0, 0)


def write_txt(path: Path) -> None:
    path.write_text("\n".join((TITLE, "", *LINES)) + "\n", encoding="utf-8")


def write_csv(path: Path) -> None:
    path.write_text("".join(",".join(row) + "\n" for row in POSTS), encoding="utf-8")


def write_pdf(path: Path) -> None:
    """Two pages of Helvetica: the brief and the posts."""
    pages = [(TITLE, *LINES), ("Posts", *("   ".join(row) for row in POSTS))]
    font = 3 + 2 * len(pages)
    kids = " ".join(f"{3 + 2 * number} 0 R" for number in range(len(pages)))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>"]
    for number, lines in enumerate(pages):
        shown = " T* ".join(f"({_pdf_text(line)}) Tj" for line in lines)
        stream = f"BT /F1 12 Tf 18 TL 60 780 Td {shown} ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {4 + 2 * number} 0 R "
            f"/Resources << /Font << /F1 {font} 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    out += (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    ).encode("latin-1")
    path.write_bytes(out)


def write_docx(path: Path) -> None:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    paragraphs = "".join(_paragraph(line) for line in (TITLE, *LINES))
    cells = "".join(
        "<w:tr>" + "".join(f"<w:tc>{_paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in POSTS
    )
    body = f'<w:document xmlns:w="{word}"><w:body>{paragraphs}<w:tbl>{cells}</w:tbl></w:body></w:document>'
    _write_zip(
        path,
        main="word/document.xml",
        kind="officeDocument",
        content_type="wordprocessingml.document.main",
        parts={"word/document.xml": body},
    )


def write_xlsx(path: Path) -> None:
    sheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rows = "".join(
        f'<row r="{number}">'
        + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row)
        + "</row>"
        for number, row in enumerate(POSTS, start=1)
    )
    _write_zip(
        path,
        main="xl/workbook.xml",
        kind="officeDocument",
        content_type="spreadsheetml.sheet.main",
        parts={
            "xl/workbook.xml": f'<workbook xmlns="{sheet}" xmlns:r="{relations}"><sheets>'
            '<sheet name="Posts" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relations("worksheet", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{sheet}"><sheetData>{rows}</sheetData></worksheet>',
        },
        more_types='<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>',
    )


def _write_zip(
    path: Path, *, main: str, kind: str, content_type: str, parts: dict[str, str], more_types: str = ""
) -> None:
    office = "application/vnd.openxmlformats-officedocument."
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{office}{content_type}+xml"/>{more_types}</Types>'
    )
    entries = {"[Content_Types].xml": types, "_rels/.rels": _relations(kind, main), **parts}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            # A fixed time: the same file on every run.
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{content}')


def _relations(kind: str, target: str) -> str:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Target="'
        f'{target}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/></Relationships>'
    )


def _cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def _paragraph(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _pdf_text(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
