"""The doors of files: names, texts, tables, metadata; whole ones and broken ones."""

from __future__ import annotations

from collections.abc import Callable

from scripts.pii_canaries import papers
from scripts.pii_canaries.carriers import sentence
from scripts.pii_canaries.visitor import Visitor


def send_documents(visitor: Visitor) -> None:
    """Text, table, PDF, DOCX and XLSX; values also in the file's name, in its metadata and in the type."""
    aviary = visitor.aviary
    lines = [sentence(one, aviary) for one in aviary.several(24, "documents, text")]
    again = [f"again {one.value}" for one in visitor.known]
    rows = [
        [aviary.take(kind, "documents, tables").value for kind in ("NAME", "PHONE", "EMAIL")]
        for _ in range(8)
    ]
    _send(visitor, "txt", papers.txt([*lines, *again]))
    _send(visitor, "csv", papers.table(rows))


def send_office_files(visitor: Visitor) -> None:
    aviary = visitor.aviary
    author = aviary.take("NAME", "documents, metadata").value
    latin = [
        sentence(one, aviary)
        for one in aviary.several(4, "documents, PDF", language=aviary.choose(("en", "es", "fr", "de")))
    ]
    _send(visitor, "pdf", papers.pdf(latin, author=author))
    words = [sentence(one, aviary) for one in aviary.several(4, "documents, office")]
    _send(visitor, "docx", papers.docx(words, author=aviary.take("EMAIL", "documents, metadata").value))
    rows = [[aviary.take(kind, "documents, office").value for kind in ("NAME", "PHONE", "EMAIL")]]
    _send(
        visitor,
        "xlsx",
        papers.xlsx(
            [["Name", "Phone", "Email"], *rows], author=aviary.take("NAME", "documents, metadata").value
        ),
    )


def send_broken_files(visitor: Visitor) -> None:
    """Files that break their readers in the middle of a value, or are refused at the door for being cut off."""
    aviary = visitor.aviary
    lines = [sentence(one, aviary) for one in aviary.several(3, "broken files", language="en")]
    author = aviary.take("NAME", "broken files", language="en").value
    _send(visitor, "pdf", papers.pdf(lines, author=author, broken=True))
    _send(visitor, "docx", papers.docx(lines, author=author, broken=True))
    _send(visitor, "pdf", b"%PDF-1.4\n" + "\n".join(lines).encode(), expect=400)
    other = [one.value for one in aviary.several(2, "broken files", language="en")]
    _send_photo(visitor, papers.photo(other, in_exif=other, broken=True), kind="scene", expect=400)


def send_wrong_files(visitor: Visitor) -> None:
    """Files that are refused at the door: by type, by name, by content, by size."""
    aviary, call = visitor.aviary, visitor.calls.call
    for name, content in (
        ("{}.exe", b"MZ"),
        ("{}", b"x"),
        ("report.{}", b"x"),
        ("{}.pdf", b"not a pdf"),
        ("{}.txt", b""),
    ):
        value = aviary.take(aviary.choose(("NAME", "EMAIL")), "file names, refused").value
        call(
            "POST",
            "/api/v1/onboarding/documents/",
            expect=400,
            data={"session_id": visitor.session},
            files={"document": (name.format(value), content)},
        )
    value = aviary.take("NAME", "file names, refused").value
    call(
        "POST",
        "/api/v1/onboarding/documents/",
        expect=400,
        data={"session_id": value, "document_type": value},
        files={"document": ("a.txt", b"x")},
    )


def send_photos(visitor: Visitor) -> None:
    """Drawn words and EXIF texts."""
    aviary = visitor.aviary
    for kind in ("scene", "register", "meter"):
        drawn = [one.value for one in aviary.several(3, f"photos, {kind}", language="en")]
        exif = [
            _ascii(aviary.take(k, "EXIF texts", language="en").value)
            for k in ("NAME", "EMAIL", "PHONE", "NAME")
        ]
        _send_photo(visitor, papers.photo(drawn, in_exif=exif), kind=kind)


def _send(visitor: Visitor, extension: str, content: bytes, *, expect: int = 201) -> None:
    aviary = visitor.aviary
    kind = aviary.choose(("NAME", "EMAIL", "PHONE"))
    shape: Callable[[str], str] = {
        0: lambda value: f"{value}.{extension}",
        1: lambda value: f"contract {value} signed.{extension}",
        2: lambda value: f"../{value}/plan.{extension}",
    }[len(aviary.taken) % 3]
    data = {
        "session_id": visitor.session,
        "document_type": f"letter of {aviary.take('NAME', 'document types').value}"[:60],
    }
    name = shape(aviary.take(kind, "file names").value)
    visitor.calls.call(
        "POST", "/api/v1/onboarding/documents/", expect=expect, data=data, files={"document": (name, content)}
    )


def _send_photo(visitor: Visitor, content: bytes, *, kind: str, expect: int = 201) -> None:
    name = visitor.aviary.take("NAME", "file names").value
    visitor.calls.call(
        "POST", "/api/v1/onboarding/site-audit/", expect=expect,
        data={"session_id": visitor.session, "kind": kind}, files={"photo": (f"{name}.jpg", content)},
    )  # fmt: skip


def _ascii(text: str) -> str:
    return text.encode("ascii", "ignore").decode()
