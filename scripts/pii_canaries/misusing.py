"""Requests that go wrong, with values wherever a client could put one by mistake."""

from __future__ import annotations

from urllib.parse import quote
from uuid import uuid4

from scripts.pii_canaries.carriers import sentence
from scripts.pii_canaries.values import Canary
from scripts.pii_canaries.visitor import Visitor

_API = "/api/v1/onboarding/"


def send_bad_bodies(visitor: Visitor) -> None:
    """Bodies that are no JSON, or JSON of the wrong shape."""
    call, several = visitor.calls.call, visitor.aviary.several
    json_type = {"Content-Type": "application/json"}
    texts = [sentence(one, visitor.aviary) for one in several(9, "bad bodies")]
    conversation = f"{_API}conversation/"
    call("POST", conversation, expect=400, headers=json_type, content=f'{{"text": "{texts[0]}'.encode())
    call("POST", conversation, expect=400, headers=json_type, content=f"{texts[1]} {{".encode("utf-16"))
    call("POST", conversation, expect=400, json={"text": [texts[2]]})
    call(
        "POST",
        conversation,
        expect=400,
        json={"session_id": texts[3], "language": texts[4], "client_id": texts[5]},
    )
    call(
        "POST",
        conversation,
        json={"session_id": visitor.session, "flow": texts[6][:60], "text": texts[6] + "\x00"},
        expect=400,
    )
    call(
        "POST",
        conversation,
        expect=415,
        headers={"Content-Type": f"text/{quote(texts[7])}"},
        content=texts[7].encode(),
    )
    call(
        "POST",
        conversation,
        headers={"Content-Type": "multipart/form-data; boundary=x"},
        content=texts[8].encode(),
    )
    call(
        "POST",
        f"{_API}readings/{uuid4()}/confirm/",
        expect=404,
        json={"value": several(1, "bad bodies")[0].value[:20]},
    )


def ask_wrong_addresses(visitor: Visitor) -> None:
    """Addresses that do not exist, with values in path and query; methods that are not taken."""
    call, several = visitor.calls.call, visitor.aviary.several
    one = [quote(canary.value) for canary in several(12, "addresses")]
    call("GET", f"/api/v1/{one[0]}/", expect=404)
    call("GET", f"{_API}sessions/{one[1]}/", expect=404)
    call("GET", f"/{one[2]}/{one[3]}", expect=404)
    call("GET", f"{_API}sessions/?cursor={one[4]}&name={one[5]}")
    call("GET", f"{visitor.path}events/?after={one[6]}", expect=400)
    call("DELETE", f"{_API}conversation/?who={one[7]}", expect=405)
    call("GET", f"/admin/{one[8]}/", who="stranger")
    call("GET", f"/static/{one[9]}.css", who="stranger", expect=404)
    call("GET", f"{_API}uploads/{one[10]}", expect=404)
    call("GET", f"/api/schema/?format={one[11]}")


def send_odd_headers(visitor: Visitor) -> None:
    """Values in headers: those that are kept, those that are read, and those that nobody asked for."""
    call = visitor.calls.call
    for name in (
        "User-Agent", "X-Correlation-ID", "Idempotency-Key", "Prefer", "Accept", "Accept-Language", "Referer", "Cookie",
        "If-None-Match", "Last-Event-ID", "X-Forwarded-For", "Origin", "X-Request-Id", "traceparent",
    ):  # fmt: skip
        value = _header(
            visitor.aviary.take(
                visitor.aviary.choose(("NAME", "EMAIL", "PHONE")), f"header {name}", language="en"
            )
        )
        text = value.replace(" ", "-") if name in ("X-Correlation-ID", "Idempotency-Key") else value
        call("GET", visitor.path, headers={name: text})
        call("POST", f"{_API}conversation/", headers={name: text}, json={"session_id": str(uuid4())})
    value = visitor.aviary.take("NAME", "header Host", language="en").value
    call("GET", "/api/v1/onboarding/sessions/", headers={"Host": value.replace(" ", "-")})
    token = _header(visitor.aviary.take("EMAIL", "header Authorization", language="en"))
    call("GET", visitor.path, who="stranger", expect=401, headers={"Authorization": f"Bearer {token}"})


def sign_in_wrongly(visitor: Visitor) -> None:
    """Names and passwords of nobody; refresh tokens that are none."""
    call, several = visitor.calls.call, visitor.aviary.several
    one, two, three = several(3, "sign-in")
    call(
        "POST",
        "/api/v1/auth/token/",
        who="stranger",
        expect=401,
        json={"username": one.value, "password": two.value},
    )
    call("POST", "/api/v1/auth/token/refresh/", who="stranger", expect=401, json={"refresh": three.value})


def read_dead_letters_wrongly(visitor: Visitor) -> None:
    """Filters of the dead letter queue's API that hold values."""
    call, several = visitor.calls.call, visitor.aviary.several
    one = [canary.value for canary in several(6, "dead letters, refused")]
    dlq = "/api/v1/admin/dlq/"
    call("GET", f"{dlq}tasks/?task_name={quote(one[0])}&{quote(one[1])}=1", who="admin", expect=400)
    call("GET", f"{dlq}tasks/{quote(one[2], safe='')}/", who="admin", expect=404)
    call("GET", f"{dlq}causes/?cause={quote(one[3])}", who="admin", expect=400)
    call(
        "POST",
        f"{dlq}retry/",
        who="admin",
        expect=400,
        json={"filters": {"exception_type": one[4], one[5]: 1}},
    )


def _header(canary: Canary) -> str:
    return canary.value.encode("ascii", "ignore").decode() or "nobody"
