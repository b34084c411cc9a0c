"""Files at the door of the API: sizes, types, names, forms, rates; whatever comes, an answer that says what it is."""

from __future__ import annotations

import asyncio
import dataclasses
import re
import threading
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import AsyncRequestFactory, RequestFactory
from django.test import Client as Browser
from django.urls import reverse
from rest_framework_simplejwt.tokens import AccessToken

from apps.onboarding.models import Upload
from apps.onboarding_api.middleware.file_upload_security import FileUploadSecurityMiddleware
from apps.onboarding_api.services import receiving
from apps.onboarding_api.services.uploads import storing
from apps.onboarding_api.tests import (
    api_world,
    factories,
    file_names,
    quota_world,
    scanner_world,
    test_file_types_accepted,
    test_file_types_hostile,
)
from apps.onboarding_api.tests.api_world import Caller, assert_problem
from apps.onboarding_api.tests.quota_world import Uploading
from apps.onboarding_api.upload_handlers import NoFilesHandler, ReceivingHandler
from apps.onboarding_api.views import error_views
from intelliwiz_config.settings.security.rate_limiting import RATE_LIMITING

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_connection")]
PHOTO, DOCUMENTS, TALK = (
    "/api/v1/onboarding/site-audit/",
    "/api/v1/onboarding/documents/",
    "/api/v1/onboarding/conversation/",
)
MEBIBYTE = 1024 * 1024
LIMIT = 10 * MEBIBYTE
KEY = re.compile(r"(quarantine|[0-9a-f]{2})/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SLOWEST_SECONDS = 2.0


@pytest.fixture(autouse=True)
def storage(own_storage: Path) -> Path:
    return own_storage


@pytest.fixture
def uploading() -> Uploading:
    return quota_world.uploading()


def document(content: bytes, name: str = "note.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/plain")


def files_below(folder: Path) -> list[str]:
    return [str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()]


def send_form(uploading: Uploading, path: str, body: bytes, **headers: str) -> Any:
    """A form as it stands, with the boundary `b`."""
    sent = {"Authorization": f"Bearer {AccessToken.for_user(uploading.user)}", "Prefer": "wait=0", **headers}
    browser = Browser(raise_request_exception=False)
    return browser.generic("POST", path, body, "multipart/form-data; boundary=b", headers=sent)


def part(name: str, value: bytes, *, filename: str | None = None, more: str = "") -> bytes:
    shown = "" if filename is None else f'; filename="{filename}"'
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"{shown}\r\n{more}\r\n'
    return head.encode() + value + b"\r\n"


# sizes


def test_upload_size_limits_enforced(uploading: Uploading, storage: Path) -> None:
    body = assert_problem(uploading.post_document(document(b"x" * (LIMIT + 1))), 413, "too_large")
    assert body["max_bytes"] == LIMIT
    assert files_below(storage) == []
    assert uploading.used() == dict.fromkeys(uploading.used(), 0)
    answer = uploading.post_document(document(b"a line\n" * (LIMIT // 7)))
    assert (answer.status_code, answer.json()["byte_size"]) == (201, LIMIT // 7 * 7)


def test_body_that_is_declared_too_large_is_not_read(uploading: Uploading) -> None:
    form = part("session_id", str(uploading.pk).encode()) + b"--b--\r\n"
    answer = send_form(uploading, DOCUMENTS, form + b"x" * (LIMIT + MEBIBYTE))
    assert_problem(answer, 413, "too_large")


def test_reading_stops_with_the_first_byte_past_the_limit(settings: Any, db: None) -> None:
    """The scanner has heard what fits and not more; the rest of the form is not looked at."""
    settings.FILE_UPLOAD = dataclasses.replace(settings.FILE_UPLOAD, max_file_bytes=200_000)
    with scanner_world.fake() as scanner:
        scanner_world.configure(settings, scanner.address)
        answer = quota_world.uploading().post_document(document(b"x" * 5_000_000))
        assert_problem(answer, 413, "too_large")
        scanner_world.configure(settings, None, mode="off")
    assert sum(scanner.pieces) <= 200_000
    assert scanner.files == []


def test_empty_file_is_refused(uploading: Uploading) -> None:
    assert_problem(uploading.post_document(document(b"")), 400, "invalid_input")


def test_part_of_another_length_than_it_declares_is_refused(uploading: Uploading, storage: Path) -> None:
    for declared, status in ((4, 201), (3, 400), (5, 400), (LIMIT * 2, 400)):
        form = part("session_id", str(uploading.pk).encode())
        form += part("document", b"Gate", filename="a.txt", more=f"Content-Length: {declared}\r\n")
        answer = send_form(uploading, DOCUMENTS, form + b"--b--\r\n")
        assert answer.status_code == status, answer.content
    assert len(files_below(storage)) == 1


def test_large_file_is_never_whole_in_memory(uploading: Uploading) -> None:
    handler = ReceivingHandler()
    piece = b"x" * handler.chunk_size
    tracemalloc.start()
    try:
        handler.new_file("document", "note.txt", "text/plain", None)
        for at in range(0, LIMIT, len(piece)):
            handler.receive_data_chunk(piece, at)
        file = handler.file_complete(LIMIT)
        assert file is not None
        stored = storing.store_file(file=file, kind=Upload.Kind.DOCUMENT)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert stored.byte_size == LIMIT
    assert peak < 4 * MEBIBYTE
    file.close()


# types


@pytest.mark.parametrize(
    ("name", "content_type", "content"),
    [
        ("gate.jpg", "image/jpeg", b"<?php system($_GET['c']); ?>"),
        ("gate.jpg", "image/jpeg", b"MZ" + b"\x90\x00" * 200),
        ("gate.png", "image/png", api_world.photo().read()),
        ("gate.svg", "image/svg+xml", b"<svg onload='alert(1)'/>"),
        ("gate.exe", "image/jpeg", api_world.photo().read()),
        ("gate", "image/jpeg", api_world.photo().read()),
        ("gate.jpg.php", "image/jpeg", api_world.photo().read()),
    ],
)
def test_mime_type_validation(
    uploading: Uploading, storage: Path, name: str, content_type: str, content: bytes
) -> None:
    """What a client says of the type counts for nothing."""
    form = {"session_id": str(uploading.pk), "photo": SimpleUploadedFile(name, content, content_type)}
    body = assert_problem(Caller(uploading.user)("POST", PHOTO, form=form), 400)
    assert body["code"] in {"unsupported_media", "hostile_file"}
    assert files_below(storage) == []


def test_declared_type_does_not_hinder_a_real_photo(uploading: Uploading) -> None:
    photo = SimpleUploadedFile("gate.jpg", api_world.photo().read(), "application/x-msdownload")
    form = {"session_id": str(uploading.pk), "photo": photo}
    answer = Caller(uploading.user)("POST", PHOTO, form=form)
    assert (answer.status_code, answer.json()["content_type"]) == (201, "image/jpeg")


@pytest.mark.parametrize("path", [PHOTO, DOCUMENTS, TALK])
@pytest.mark.parametrize("content_type", ["image/jpeg", "application/octet-stream", "text/plain", "nonsense"])
def test_bare_bodies_are_no_uploads(uploading: Uploading, path: str, content_type: str) -> None:
    answer = Caller(uploading.user)("POST", path, b"\xff\xd8\xff", Content_Type=content_type)
    assert_problem(answer, 415, "unsupported_media_type")


def test_json_is_taken_where_it_is_spoken_only(uploading: Uploading) -> None:
    ask = Caller(uploading.user)
    assert ask("POST", TALK, {"session_id": str(uploading.pk), "text": "a warehouse"}).status_code == 202
    assert_problem(ask("POST", DOCUMENTS, {"session_id": str(uploading.pk)}), 415)


# names


def test_path_traversal_prevention(uploading: Uploading, storage: Path) -> None:
    """Through the whole stack: an answer that is no fault, and a key of ours for what is stored."""
    quota_free = quota_world.uploading
    session, taken = quota_free(), 0
    for name in file_names.some(60):
        escaped = name.replace('"', "%22").replace("\r", "").replace("\n", "")
        form = part("session_id", str(session.pk).encode())
        form += part("photo", api_world.photo().read(), filename=escaped)
        answer = send_form(session, PHOTO, form + b"--b--\r\n")
        assert answer.status_code in {201, 400, 429}, (name, answer.content)
        if answer.status_code == 429:
            session = quota_free()
        taken += answer.status_code == 201
    stored = files_below(storage)
    assert taken == len(stored) == Upload.objects.count()
    assert taken >= 10
    assert all(KEY.fullmatch(one) for one in stored)
    assert {file.parent.name for file in storage.rglob("*") if file.is_file()} == {"quarantine"}


def test_no_name_of_thousands_gets_into_a_key_or_out_of_its_text(uploading: Uploading) -> None:
    """Taken or refused, what is shown is no path, and refused is all that steps out of its folder."""
    refused = taken = 0
    for name in file_names.traversals():
        shown = storing.display_name(name)
        assert not set("/\\\0") & set(shown), name
        assert ".." not in shown, name
        assert len(shown) <= 100
        try:
            receiving.require_safe(name)
            taken += 1
        except receiving.UnsafeName:
            refused += 1
    assert refused + taken > 10_000
    assert refused > taken


@pytest.mark.parametrize("name", file_names.some(40, seed=11))
def test_key_is_made_of_a_uuid_alone(name: str) -> None:
    file = ContentFile(b"Gate 1\n", name=f"{name}x.txt")  # whose name Django does not cut
    stored = storing.store_file(file=file, kind=Upload.Kind.DOCUMENT)
    assert KEY.fullmatch(stored.storage_key)
    assert default_storage.exists(stored.storage_key)


HONEST = (
    "गेट नंबर १ के पास मैदान.jpg", "بوابة ١.jpg", "Tor à gauche (2).jpg", "100%.jpg", "a...b.jpg", "v1..2.jpg",
    "images%2Fgate.jpg", "IMG_2024-05-01T10:00:00+05:30.jpg", "Wärme & Kälte #1.jpg", "photo….jpg", "x" * 251 + ".jpg",
)  # fmt: skip


@pytest.mark.parametrize("name", HONEST)
def test_honest_names_are_taken(name: str) -> None:
    receiving.require_safe(name)


@pytest.mark.parametrize(
    "name",
    ["../x.jpg", "a/../../x.jpg", "..\\x.jpg", "%2e%2e%2fx.jpg", "%252e%252e%252fx.jpg", "%25252e%25252e%25252fx.jpg",
     "\uff0e\uff0e\uff0fx.jpg", "\u2025/x.jpg", "..%c0%afx.jpg", "%c0%ae%c0%ae/x.jpg", "a%00.jpg", "x" * 256, "..;/x"],
)  # fmt: skip
def test_names_that_step_out_are_refused(name: str) -> None:
    with pytest.raises(receiving.UnsafeName):
        receiving.require_safe(name)


# forms


def test_too_many_files_and_fields_are_refused(uploading: Uploading, storage: Path) -> None:
    files = b"".join(part("document", b"Gate", filename=f"{n}.txt") for n in range(6))
    fields = b"".join(part(f"f{n}", b"x") for n in range(120))
    head = part("session_id", str(uploading.pk).encode())
    for form in (files, fields):
        assert_problem(send_form(uploading, DOCUMENTS, head + form + b"--b--\r\n"), 400)
    assert files_below(storage) == []


BROKEN = {
    "no end": part("document", b"Gate" * 1000, filename="a.txt")[:-2],
    "an end in the head": b'--b\r\nContent-Disposition: form-data; name="document"; filename="a.t',
    "no form": b"just bytes" * 100,
    "another boundary": part("document", b"Gate", filename="a.txt").replace(b"--b", b"--c"),
    "head without an end": b"--b\r\n" + b"X-Y: " + b"z" * 300_000,
    "base64 that is none": part("document", b"%%%=", filename="a.txt", more="Content-Transfer-Encoding: base64\r\n"),
    "no name": b"--b\r\nContent-Disposition: form-data\r\n\r\nGate\r\n--b--\r\n",
    "nothing": b"",
}  # fmt: skip


@pytest.mark.parametrize("form", BROKEN.values(), ids=BROKEN.keys())
def test_broken_forms_are_answered_and_leave_nothing(
    uploading: Uploading, storage: Path, form: bytes
) -> None:
    whole = part("session_id", str(uploading.pk).encode()) + form
    assert_problem(send_form(uploading, DOCUMENTS, whole), 400)
    assert files_below(storage) == []


def test_scanner_is_let_go_where_a_form_breaks_off(settings: Any, uploading: Uploading) -> None:
    with scanner_world.fake() as scanner:
        scanner_world.configure(settings, scanner.address)
        form = part("session_id", str(uploading.pk).encode()) + BROKEN["no end"]
        assert_problem(send_form(uploading, DOCUMENTS, form), 400)
        scanner_world.configure(settings, None, mode="off")
    assert scanner.files == []


# the middleware


def test_files_get_in_nowhere_else(settings: Any) -> None:
    seen: list[Any] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append((dict(request.POST.items()), dict(request.FILES.items())))
        return HttpResponse()

    middleware = FileUploadSecurityMiddleware(view)
    middleware(RequestFactory().post("/api/v1/auth/token/", {"username": "x", "file": document(b"Gate")}))
    assert seen == [({"username": "x"}, {})]
    [everywhere] = settings.FILE_UPLOAD_HANDLERS
    assert everywhere == f"{NoFilesHandler.__module__}.{NoFilesHandler.__name__}"


@pytest.mark.parametrize("is_staff", [True, False])
def test_pages_of_the_admin_take_files_of_staff_only(is_staff: bool) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(",".join(request.FILES))

    request = RequestFactory().post("/admin/onboarding/site/add/", {"file": document(b"Gate")})
    request.user = factories.UserFactory.create(is_staff=is_staff)
    answer: Any = FileUploadSecurityMiddleware(view)(request)
    assert answer.content == (b"file" if is_staff else b"")


def test_refusals_on_pages_of_the_admin_are_pages() -> None:
    request = RequestFactory().post("/admin/onboarding/site/add/", {"file": document(b"x", "%2e%2e%2fx.txt")})
    request.user = factories.UserFactory.create(is_staff=True)
    answer: Any = FileUploadSecurityMiddleware(lambda _: HttpResponse())(request)
    assert answer.status_code == 400
    assert b"<h1>" in answer.content


def test_async_middleware_refuses_the_same() -> None:
    async def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(type(request.upload_handlers[0]).__name__)

    middleware = FileUploadSecurityMiddleware(view)
    made = AsyncRequestFactory()

    async def ask(path: str, content_type: str) -> Any:
        request = made.generic("POST", path, b"--b--\r\n", content_type)
        return await middleware(request)  # type: ignore[misc]  # async: an awaitable

    assert asyncio.run(ask("/admin/onboarding/site/add/", "text/plain")).status_code == 415
    assert asyncio.run(ask(DOCUMENTS, "text/plain")).content == b"NoFilesHandler"
    assert asyncio.run(ask(DOCUMENTS, "multipart/form-data; boundary=b")).content == b"ReceivingHandler"


def test_who_asks_is_said_before_what_is_wrong_with_the_body() -> None:
    for body, content_type in ((b"{}", "application/json"), (b"x", "image/jpeg")):
        assert_problem(Caller()("POST", DOCUMENTS, body, Content_Type=content_type), 401)


def test_async_middleware_reads_forms_of_the_admin_in_a_thread() -> None:
    threads = []

    class Person:
        is_authenticated = True

        @property
        def is_staff(self) -> bool:
            threads.append(threading.current_thread())
            return True

    async def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(",".join(request.FILES))

    form = part("file", b"Gate", filename="a.txt") + b"--b--\r\n"
    request = AsyncRequestFactory().generic(
        "POST", "/admin/onboarding/site/add/", form, "multipart/form-data; boundary=b"
    )
    request.user = Person()  # type: ignore[assignment]  # all that the middleware asks of a person

    async def ask() -> Any:
        return await FileUploadSecurityMiddleware(view)(request)  # type: ignore[misc]  # async: an awaitable

    assert asyncio.run(ask()).content == b"file"
    assert len(threads) >= 1
    assert all(one is not threading.main_thread() for one in threads)


# rates


def test_rate_limiting_blocks_excessive_uploads(settings: Any, uploading: Uploading, tmp_path: Path) -> None:
    settings.SECRET_KEY = f"a secret of this test alone, {uploading.pk.hex}"
    settings.RATE_LIMITING = dataclasses.replace(
        RATE_LIMITING, state_folder=tmp_path / "run", redis_timeout_seconds=5.0
    )
    answers = [uploading.post_document() for _ in range(12)]
    assert [answer.status_code for answer in answers] == [201] * 10 + [429] * 2
    body = assert_problem(answers[-1], 429, "rate_limited")
    assert "uploads" in body["violated-policies"]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 300


# whatever comes


def corpus() -> Iterator[tuple[str, str, bytes]]:
    """Label, name and content: hostile, odd and honest files of every type."""
    for label, name, make, _ in test_file_types_hostile.TABLE:
        yield f"hostile: {label}", name, make()
    for label, (name, make) in test_file_types_accepted.TABLE.items():
        yield f"honest: {label}", name, make()
        yield f"cut off: {label}", name, make()[:-7]


def address_of(name: str) -> tuple[str, str]:
    extension = name.rpartition(".")[2].lower()
    if extension in {"webm", "wav", "mp3", "ogg", "m4a", "aac", "flac"}:
        return TALK, "audio"
    if extension in {"pdf", "docx", "xlsx", "csv", "txt"}:
        return DOCUMENTS, "document"
    return PHOTO, "photo"


@pytest.mark.slow
def test_every_file_of_the_corpus_is_answered_in_time_and_none_is_a_fault(settings: Any) -> None:
    settings.UPLOAD_QUOTAS = dataclasses.replace(
        settings.UPLOAD_QUOTAS,
        max_photos=10**5,
        max_documents=10**5,
        photos_per_minute=1_000,
        max_bytes=10**11,
    )
    session, slowest, statuses = quota_world.uploading(), 0.0, dict[int, int]()
    for label, name, content in corpus():
        path, field = address_of(name)
        if path == TALK:
            session = quota_world.uploading()  # one answer at a time
        form = {"session_id": str(session.pk), field: SimpleUploadedFile(name, content)}
        began = time.process_time()
        answer = Caller(session.user)("POST", path, form=form)
        took = time.process_time() - began
        slowest = max(slowest, took)
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        assert answer.status_code in {201, 202, 400, 413, 422}, (label, answer.content)
        assert took < SLOWEST_SECONDS, label
        if answer.status_code >= 400:
            assert_problem(answer, answer.status_code)
    assert sum(statuses.values()) > 300, (statuses, slowest)


def test_refusal_of_middleware_is_translated_like_all_others() -> None:
    request = RequestFactory().post(DOCUMENTS)
    answer = error_views.refused(request, receiving.UnsafeName("no"))
    assert answer.status_code == 400
    assert reverse("documents") == DOCUMENTS
