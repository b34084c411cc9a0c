"""Files are handed out to those who may see them, for a short time, and only when they are clean."""

from __future__ import annotations

import io
import re
import socket
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import pytest
from django.conf import settings as configured
from django.core import signing
from django.test import Client as Browser
from PIL import Image

from apps.onboarding.models import Membership, Upload
from apps.onboarding_api.services import upload_storage
from apps.onboarding_api.services.photos import keeping
from apps.onboarding_api.services.upload_storage import Variant, naming, retention
from apps.onboarding_api.tests import api_world, factories, quota_world
from apps.onboarding_api.tests.api_world import Caller, assert_problem
from apps.onboarding_api.tests.quota_world import Uploading
from apps.onboarding_api.tests.running_stack import RunningStack
from apps.onboarding_api.views import byte_ranges

in_database = pytest.mark.django_db
MEDIA = Path(__file__).parent / "media"
TEXT = b"Gate 1, Gate 2\n" * 40


@pytest.fixture
def session(own_storage: Path, kept_connection: None) -> Uploading:
    return quota_world.uploading()


def link(session: Uploading, upload: Upload, query: str = "") -> Any:
    return Caller(session.user)("GET", f"/api/v1/onboarding/uploads/{upload.pk}/file/{query}")


def document(session: Uploading, name: str = "list.txt") -> Upload:
    return session.receive(api_world.text_file(name, TEXT), Upload.Kind.DOCUMENT)


def photo(session: Uploading, *, prepared: bool = True) -> Upload:
    upload = session.receive(api_world.photo(), Upload.Kind.METER)
    if prepared:
        keeping.clean_copy(upload)
        upload.refresh_from_db()
    return upload


def fetch(url: str, **headers: str) -> Any:
    """Without signing in."""
    return Browser(raise_request_exception=False).get(
        url, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


@in_database
def test_a_link_leads_to_the_file_and_tells_browsers_to_trust_nothing(session: Uploading) -> None:
    told = link(session, document(session))
    assert told.status_code == 200
    answer = fetch(told.json()["url"])
    assert answer.status_code == 200
    assert body(answer) == TEXT
    assert answer.headers["Content-Type"] == "text/plain"
    assert (
        answer.headers["Content-Disposition"]
        == "attachment; filename=\"list.txt\"; filename*=UTF-8''list.txt"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["Content-Length"] == str(len(TEXT))


@in_database
def test_the_address_can_redirect_to_the_link(session: Uploading) -> None:
    answer = link(session, document(session), "?redirect=true")
    assert answer.status_code == 302
    assert body(fetch(answer.headers["Location"])) == TEXT


@in_database
def test_a_photo_is_its_clean_copy_and_only_its_thumbnail_is_shown_inline(session: Uploading) -> None:
    upload = photo(session)
    whole = fetch(link(session, upload).json()["url"])
    assert whole.headers["Content-Disposition"].startswith("attachment;")
    assert Image.open(io.BytesIO(body(whole))).format == "JPEG"
    small = fetch(link(session, upload, "?variant=thumbnail").json()["url"])
    assert small.headers["Content-Disposition"].startswith("inline;")
    assert small.headers["Content-Type"] == "image/jpeg"
    assert small.headers["X-Content-Type-Options"] == "nosniff"


@in_database
def test_a_photo_as_it_came_is_never_handed_out(session: Uploading) -> None:
    upload = photo(session, prepared=False)
    told = assert_problem(link(session, upload), 409, "file_not_ready")
    assert told["retry_after"] == 2
    Upload.objects.filter(pk=upload.pk).update(status=Upload.Status.FAILED)
    assert assert_problem(link(session, upload), 409, "file_not_ready")["retry_after"] is None
    # ... not even where it lies among the clean ones.
    Upload.objects.filter(pk=upload.pk).update(storage_key=upload.storage_key.replace("quarantine", "3f"))
    assert_problem(link(session, upload), 409, "file_not_ready")


@in_database
def test_what_others_have_is_not_there(session: Uploading) -> None:
    upload = document(session)
    stranger = factories.MembershipFactory.create().user
    address = f"/api/v1/onboarding/uploads/{upload.pk}/file/"
    assert_problem(Caller(stranger)("GET", address), 404)
    assert_problem(Caller()("GET", address), 401)


@in_database
def test_a_link_ends_with_the_right_to_see(session: Uploading) -> None:
    url = link(session, document(session)).json()["url"]
    Membership.objects.filter(user=session.user).delete()
    assert fetch(url).status_code == 404


@in_database
def test_a_link_ends_with_its_account(session: Uploading) -> None:
    url = link(session, document(session)).json()["url"]
    session.user.is_active = False
    session.user.save()
    assert fetch(url).status_code == 404


@in_database
def test_a_link_is_short_lived(session: Uploading, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.UPLOAD_STORAGE = replace(configured.UPLOAD_STORAGE, link_seconds=60)
    url = link(session, document(session)).json()["url"]
    now = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 59)
    assert fetch(url).status_code == 200
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 62)
    assert fetch(url).status_code == 410


@in_database
@pytest.mark.parametrize(
    "given",
    ["x", "a:b:c", "W10:1:x", signing.dumps([1, 2], salt="other"), signing.dumps("x", salt="upload file")],
    ids=["a word", "three words", "unsigned", "of another salt", "of another shape"],
)
def test_forged_links_lead_nowhere(given: str) -> None:
    answer = fetch(f"/files/{given}")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


@in_database
def test_a_link_to_one_variant_is_none_to_the_other(session: Uploading) -> None:
    made = upload_storage.link(user=session.user, upload_id=photo(session).pk, variant=Variant.THUMBNAIL)
    assert upload_storage.follow(made.token).disposition.startswith("inline")


@in_database
def test_files_whose_time_was_over_are_gone(session: Uploading) -> None:
    upload = document(session)
    url = link(session, upload).json()["url"]
    retention.forget_file(upload)
    assert_problem(link(session, upload), 410, "file_gone")
    assert fetch(url).status_code == 410


@in_database
def test_a_document_has_no_thumbnail_and_an_unknown_variant_is_bad_input(session: Uploading) -> None:
    upload = document(session)
    assert_problem(link(session, upload, "?variant=thumbnail"), 404)
    assert_problem(link(session, upload, "?variant=original"), 400, "invalid_input")


@in_database
def test_a_file_that_is_not_there_is_no_server_error(session: Uploading, own_storage: Path) -> None:
    upload = document(session)
    url = link(session, upload).json()["url"]
    (own_storage / upload.storage_key).unlink()
    assert fetch(url).status_code == 404


@in_database
def test_part_of_a_file_can_be_asked_for(session: Uploading) -> None:
    url = link(session, document(session)).json()["url"]
    part = fetch(url, Range="bytes=5-9")
    assert part.status_code == 206
    assert body(part) == TEXT[5:10]
    assert part.headers["Content-Range"] == f"bytes 5-9/{len(TEXT)}"
    tag = part.headers["ETag"]
    assert fetch(url, Range="bytes=5-9", If_Range=tag).status_code == 206
    assert fetch(url, Range="bytes=5-9", If_Range='"other"').status_code == 200
    beyond = fetch(url, Range=f"bytes={len(TEXT)}-")
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{len(TEXT)}"


@in_database
def test_links_take_no_other_method(session: Uploading) -> None:
    url = link(session, document(session)).json()["url"]
    assert Browser().post(url).status_code == 405
    head = Browser().head(url)
    assert head.headers["Content-Length"] == str(len(TEXT))
    assert head.content == b""


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=90-", (90, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-1000", (0, 100)),
        ("bytes=90-1000", (90, 100)),
        ("bytes=9-8", None),
        ("bytes=0-1,3-4", None),
        ("bytes=-", None),
        ("items=0-1", None),
        ("", None),
        ("bytes=" + "9" * 13 + "-", None),
    ],
)
def test_ranges_are_read_as_the_rfc_says(header: str, found: tuple[int, int] | None) -> None:
    assert byte_ranges.wanted(header, size=100) == found


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=100-", 100), ("bytes=-0", 100), ("bytes=-5", 0), ("bytes=0-", 0)]
)
def test_ranges_behind_the_end_cannot_be_had(header: str, size: int) -> None:
    with pytest.raises(byte_ranges.NotSatisfiable):
        byte_ranges.wanted(header, size=size)


@pytest.mark.parametrize(
    "name",
    [
        "plan.pdf",
        "पंजी.pdf",
        'a"b\\c.pdf',
        "a\r\nSet-Cookie: x.pdf",
        "a;filename=b.pdf",
        "%0d%0a.pdf",
        "....",
        "é" * 90,
    ],
)
def test_no_name_can_end_its_header_field(name: str) -> None:
    field = naming.content_disposition(name, inline=False)
    found = re.fullmatch(r"attachment; filename=\"([^\"\\\r\n]*)\"; filename\*=UTF-8''([!-~]+)", field)
    assert found
    assert found[1].isascii()
    assert unquote(found[2]) == name


# a running stack


@pytest.fixture(scope="module")
def upload(stack: RunningStack) -> dict[str, Any]:
    client = stack.client()
    session_id = client.post("onboarding/conversation/", json={"language": "en"}).json()["session_id"]
    made = client.post(
        "onboarding/documents/",
        data={"session_id": session_id},
        files={"document": ("site_brief.pdf", (MEDIA / "site_brief.pdf").read_bytes())},
    )
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


@pytest.mark.stack
def test_a_running_server_hands_out_files_whole_and_in_parts(
    stack: RunningStack, upload: dict[str, Any]
) -> None:
    url = stack.client().get(f"onboarding/uploads/{upload['upload_id']}/file/").json()["url"]
    content = (MEDIA / "site_brief.pdf").read_bytes()
    whole = httpx.get(stack.url + url)
    assert whole.content == content
    assert whole.headers["content-type"] == "application/pdf"
    assert whole.headers["cache-control"] == "private, no-store"
    part = httpx.get(stack.url + url, headers={"Range": "bytes=-7"})
    assert (part.status_code, part.content) == (206, content[-7:])
    assert httpx.head(stack.url + url).headers["content-length"] == str(len(content))


@pytest.mark.stack
def test_readers_that_do_not_read_hold_up_nobody(stack: RunningStack, upload: dict[str, Any]) -> None:
    client = stack.client()
    url = client.get(f"onboarding/uploads/{upload['upload_id']}/file/").json()["url"]
    address = urlsplit(stack.url)
    idle = []
    for _ in range(60):  # more than a pool of threads, or of connections to the database, has
        asked = socket.create_connection((address.hostname, address.port))
        asked.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        asked.sendall(f"GET {url} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        idle.append(asked)
    began = time.monotonic()
    assert httpx.get(stack.url + url).status_code == 200
    assert client.get("onboarding/sessions/").status_code == 200
    assert time.monotonic() - began < 10
    for asked in idle:
        asked.close()
