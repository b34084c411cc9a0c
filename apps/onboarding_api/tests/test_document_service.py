"""Documents become sanitised text, within bounds."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from apps.onboarding.errors import UnsupportedMedia
from apps.onboarding_api.services.document_service import (
    OnboardingDocumentService,
    errors,
    extracted,
    headings,
    office,
    pdf,
    plain,
)
from apps.onboarding_api.tests import factories

MEDIA = Path(__file__).parent / "media"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def docx(body: bytes) -> bytes:
    return archive(word__document_xml=body)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content_type", "pages"),
    [
        ("site_brief.pdf", "application/pdf", 2),
        ("site_brief.docx", WORD, 1),
        ("site_brief.docx", "application/zip", 1),
        ("site_brief.txt", "text/plain; charset=us-ascii", 1),
    ],
)
def test_brief_is_read_without_its_contact(name, content_type, pages):
    session = factories.SessionFactory()
    with (MEDIA / name).open("rb") as file:
        found = OnboardingDocumentService().read(
            file, session.session_id, content_type=content_type, document_type="site_brief"
        )
    assert "six guards per shift" in found["text"]
    assert "98450" not in found["text"]
    assert "asha.verma@" not in found["text"]
    assert (found["pages"], found["truncated"], found["pii_redacted"]) == (pages, False, True)
    json.dumps(found)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content_type"),
    [("posts.xlsx", BOOK), ("posts.csv", "text/csv"), ("posts.csv", "text/plain")],
)
def test_table_keeps_its_rows(name, content_type):
    session = factories.SessionFactory()
    found = OnboardingDocumentService().read(
        (MEDIA / name).read_bytes(), session.session_id, content_type=content_type
    )
    assert [row[1] for row in found["tables"][0]] == ["Guards", "2", "2", "2"]
    assert "Main gate | 2 | 06:00 | 22:00" in found["text"]


@pytest.mark.django_db
def test_cells_are_personal_by_their_heading():
    session = factories.SessionFactory()
    content = b"Name,Desk phone,Guards\nZunderbyx,4471922,2\n,see list,3\n"
    found = OnboardingDocumentService().read(content, session.session_id, content_type="text/csv")
    kept = json.dumps(found)
    assert "4471922" not in kept
    assert "Zunderbyx" not in kept
    assert [row[1:] for row in found["tables"][0]][2] == ["see list", "3"]
    assert found["text"].splitlines()[2] == " | see list | 3"


def test_names_of_things_are_not_taken_for_people():
    table = (("Gate name", "Guards"), ("Zunder gate", "2"))
    assert headings.look_at(table).kinds == {}


@pytest.mark.django_db
def test_type_without_a_reader_is_refused():
    with pytest.raises(UnsupportedMedia):
        OnboardingDocumentService().read(
            b"x", factories.SessionFactory().session_id, content_type="text/html"
        )


def test_pdf_with_a_password_is_told_from_a_broken_one():
    writer = PdfWriter(clone_from=PdfReader(MEDIA / "site_brief.pdf"))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(errors.DocumentEncrypted):
        pdf.read_pdf(out.getvalue())
    with pytest.raises(errors.DocumentUnreadable):
        pdf.read_pdf(b"%PDF-1.4\nnothing more")


def test_office_file_with_a_password_is_named():
    with pytest.raises(errors.DocumentEncrypted):
        office.read_docx(office.ENCRYPTED_OFFICE + bytes(600))


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 broken",
        archive(other_xml=b"<a/>"),
        docx(b"<unclosed"),
        docx(b'<!DOCTYPE a [<!ENTITY x "xxxx">]><a>&x;</a>'),
        archive(**{"..__..__evil_xml": b"<a/>", "word__document_xml": b"<a/>"}),
    ],
    ids=["broken zip", "no body", "broken xml", "entities", "traversal"],
)
def test_damaged_or_hostile_office_files_are_refused(content):
    with pytest.raises(errors.DocumentUnreadable):
        office.read_docx(content)


def test_zip_bomb_is_refused_before_it_is_unpacked():
    with pytest.raises(errors.DocumentTooComplex):
        office.read_docx(docx(bytes(office.MAX_UNPACKED + 1)))


def test_long_text_is_cut_and_says_so():
    found = plain.read_txt(b"word " * 60_000)
    assert (len(found.text), found.truncated) == (extracted.MAX_CHARACTERS, True)


def test_text_in_other_encodings_is_read_and_binary_is_not():
    assert plain.read_txt("Größe".encode("cp1252")).text == "Größe"
    assert plain.read_txt("पता".encode("utf-16")).text == "पता"
    with pytest.raises(errors.DocumentUnreadable):
        plain.read_txt(b"\x00\x01\x02")


def test_scanned_pdf_has_no_text_and_says_so():
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    out = io.BytesIO()
    writer.write(out)
    assert pdf.read_pdf(out.getvalue()) == extracted.Extracted(text="", pages=1)
