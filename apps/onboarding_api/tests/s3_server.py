"""An object store on this machine, as far as the product speaks to one: it believes no request whose signature it has
not worked out itself (Signature Version 4), and takes a posted form only as far as its signed policy goes.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape

BUCKET, REGION, ACCESS_KEY, SECRET = "site-files", "ap-south-1", "AKIDTEST", "a-secret-of-tests"
_FREE_FIELDS = frozenset({"file", "policy", "x-amz-signature"})
"""Of a posted form: everything else has to be in its policy."""
_SKEW = timedelta(minutes=15)


class Refused(Exception):
    """An answer of the store: status and code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(status, code)
        self.status, self.code = status, code


@dataclass
class Stored:
    content: bytes
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.content, usedforsecurity=False).hexdigest()}"'


@dataclass
class Store:
    """`page` is how many names a listing tells at once. `refusals` are the codes of what was not done, `asked` the
    methods and paths of what was. `fails` makes every answer a 503."""

    address: str = ""
    page: int = 1_000
    fails: bool = False
    objects: dict[str, Stored] = field(default_factory=dict)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@contextlib.contextmanager
def running() -> Iterator[Store]:
    store = Store()

    class Handler(_Handler):
        its = store

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        store.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield store
        finally:
            server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    its: Store

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""

    def do_HEAD(self) -> None:
        self._serve()

    def do_GET(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, query = (
            urlsplit(self.path).path,
            dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)),
        )
        bucket, _, key = unquote(path).lstrip("/").partition("/")
        self.its.asked.append(f"{self.command} {key}")
        try:
            if self.its.fails:
                raise Refused(503, "SlowDown")
            if bucket != BUCKET:
                raise Refused(404, "NoSuchBucket")
            if self.command == "POST" and self._is_form():
                self._take_form(body)
                return
            _require_signature(self, path, query, body)
            self._answer(key, query, body)
        except Refused as refusal:
            self.its.refusals.append(refusal.code)
            told = f"<Error><Code>{refusal.code}</Code><Message>{refusal.code}</Message></Error>"
            self._say(refusal.status, told.encode())

    def _answer(self, key: str, query: Mapping[str, str], body: bytes) -> None:
        objects = self.its.objects
        match self.command:
            case "GET" if not key:
                self._say(200, _listing(self.its, query))
            case "PUT" if "uploadId" in query:
                self.its.parts[query["uploadId"]][int(query["partNumber"])] = body
                self._say(200, ETag=Stored(body).etag)
            case "PUT":
                objects[key] = Stored(body)
                self._say(200, ETag=objects[key].etag)
            case "POST" if "uploads" in query:
                name = f"upload-{len(self.its.parts)}"
                self.its.parts[name] = {}
                told = f"<Bucket>{BUCKET}</Bucket><Key>{escape(key)}</Key><UploadId>{name}</UploadId>"
                self._say(200, _xml("InitiateMultipartUploadResult", told))
            case "POST" if "uploadId" in query:
                pieces = self.its.parts.pop(query["uploadId"])
                objects[key] = Stored(b"".join(pieces[number] for number in sorted(pieces)))
                told = f"<Key>{escape(key)}</Key><ETag>{objects[key].etag}</ETag>"
                self._say(200, _xml("CompleteMultipartUploadResult", told))
            case "DELETE":
                objects.pop(key, None)
                self._say(204)
            case "GET" | "HEAD":
                self._give(key)
            case _:
                raise Refused(405, "MethodNotAllowed")

    def _give(self, key: str) -> None:
        found = self.its.objects.get(key)
        if found is None:
            raise Refused(404, "NoSuchKey")
        modified = found.at.strftime("%a, %d %b %Y %H:%M:%S GMT")
        first, last = 0, len(found.content) - 1
        status, range_told = 200, {}
        if asked := self.headers.get("Range"):
            bounds = asked.removeprefix("bytes=").split("-")
            first, last = int(bounds[0]), min(int(bounds[1] or last), last)
            status, range_told = 206, {"Content-Range": f"bytes {first}-{last}/{len(found.content)}"}
        self._say(
            status, found.content[first : last + 1],
            **{"ETag": found.etag, "Last-Modified": modified, **range_told},
        )  # fmt: skip

    def _say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _is_form(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("multipart/form-data")

    def _take_form(self, body: bytes) -> None:
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        form = BytesParser(policy=HTTP).parsebytes(head + body)
        fields: dict[str, bytes] = {}
        for part in form.iter_parts():
            name = str(part.get_param("name", header="content-disposition"))
            content = part.get_payload(decode=True)
            fields[name.lower()] = content if isinstance(content, bytes) else b""
        file = fields.pop("file", None)
        if file is None:
            raise Refused(400, "InvalidArgument")
        given = {name: value.decode() for name, value in fields.items()}
        require_policy(given, byte_size=len(file))
        self.its.objects[given["key"]] = Stored(file)
        self._say(204)


def require_policy(given: Mapping[str, str], *, byte_size: int) -> None:
    """The signature is ours, the policy has not expired, every field is covered, and every condition holds."""
    policy, credential = given.get("policy", ""), given.get("x-amz-credential", "")
    access_key, *scope = credential.split("/")
    expected = _sign(policy, scope)
    if access_key != ACCESS_KEY or not hmac.compare_digest(expected, given.get("x-amz-signature", "")):
        raise Refused(403, "SignatureDoesNotMatch")
    said = json.loads(base64.b64decode(policy))
    if datetime.fromisoformat(said["expiration"]) < datetime.now(UTC):
        raise Refused(403, "AccessDenied")
    covered = set(_FREE_FIELDS)
    for condition in said["conditions"]:
        kind, name, value = (
            ("eq", *next(iter(condition.items()))) if isinstance(condition, dict) else tuple(condition)
        )
        if kind == "content-length-range":
            if byte_size < int(name):
                raise Refused(400, "EntityTooSmall")
            if byte_size > int(value):
                raise Refused(400, "EntityTooLarge")
            continue
        field_name = str(name).removeprefix("$").lower()
        covered.add(field_name)
        found = BUCKET if field_name == "bucket" else given.get(field_name, "")
        if not (found == value if kind == "eq" else kind == "starts-with" and found.startswith(value)):
            raise Refused(403, "AccessDenied")
    if set(given) - covered:
        raise Refused(403, "AccessDenied")


def _require_signature(
    handler: BaseHTTPRequestHandler, path: str, query: Mapping[str, str], body: bytes
) -> None:
    method, _, rest = handler.headers.get("Authorization", "").partition(" ")
    parts = dict(one.strip().split("=", 1) for one in rest.split(",") if "=" in one)
    if method != "AWS4-HMAC-SHA256" or not {"Credential", "SignedHeaders", "Signature"} <= parts.keys():
        raise Refused(403, "AccessDenied")
    access_key, *scope = parts["Credential"].split("/")
    at = handler.headers["X-Amz-Date"]
    if abs(datetime.strptime(at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) - datetime.now(UTC)) > _SKEW:
        raise Refused(403, "RequestTimeTooSkewed")
    names = parts["SignedHeaders"].split(";")
    if not {"host", "x-amz-date", "x-amz-content-sha256"} <= set(names):
        raise Refused(403, "AccessDenied")
    digest = handler.headers["X-Amz-Content-SHA256"]
    canonical = "\n".join(
        (
            handler.command,
            path,
            "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted(query.items())),
            *(f"{name}:{' '.join((handler.headers[name] or '').split())}" for name in names),
            "",
            ";".join(names),
            digest,
        )
    )
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    expected = _sign("\n".join(("AWS4-HMAC-SHA256", at, "/".join(scope), hashed)), scope)
    if access_key != ACCESS_KEY or not hmac.compare_digest(expected, parts["Signature"]):
        raise Refused(403, "SignatureDoesNotMatch")
    # Anything but a digest would leave the body unsigned: no client of plain HTTP is allowed that here.
    if hashlib.sha256(body).hexdigest() != digest:
        raise Refused(400, "XAmzContentSHA256Mismatch")


def _sign(text: str, scope: list[str]) -> str:
    if len(scope) != 4 or scope[1:] != [REGION, "s3", "aws4_request"]:
        raise Refused(403, "SignatureDoesNotMatch")
    key = f"AWS4{SECRET}".encode()
    for part in scope:
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


def _listing(store: Store, query: Mapping[str, str]) -> bytes:
    """Names in their order, `store.page` at once; what has the delimiter behind the prefix, by folder."""
    prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
    entries: dict[str, str] = {}
    for key in sorted(store.objects):
        if key.startswith(prefix):
            rest = key[len(prefix) :]
            folder, found, _ = rest.partition(delimiter) if delimiter else ("", "", "")
            if found:
                name = f"{prefix}{folder}{delimiter}"
                entries[name] = f"<CommonPrefixes><Prefix>{quote(name)}</Prefix></CommonPrefixes>"
            else:
                one = store.objects[key]
                entries[key] = (
                    f"<Contents><Key>{quote(key)}</Key><LastModified>{one.at:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
                    f"<ETag>{escape(one.etag)}</ETag><Size>{len(one.content)}</Size></Contents>"
                )
    names = [name for name in sorted(entries) if name > query.get("marker", "")]
    shown, more = names[: store.page], len(names) > store.page
    told = (
        f"<Name>{BUCKET}</Name><EncodingType>url</EncodingType><IsTruncated>{str(more).lower()}</IsTruncated>"
    )
    told += f"<NextMarker>{quote(shown[-1])}</NextMarker>" if more else ""
    return _xml("ListBucketResult", told + "".join(entries[name] for name in shown))


def _xml(name: str, content: str) -> bytes:
    return f'<{name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{content}</{name}>'.encode()
