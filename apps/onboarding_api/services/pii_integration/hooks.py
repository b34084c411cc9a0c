"""Scrubbers for an error reporter that speaks Sentry's protocol. The product has none; an operator plugs them in:

    sentry_sdk.init(dsn=..., before_send=hooks.before_send, before_send_transaction=hooks.before_send,
                    before_breadcrumb=hooks.before_breadcrumb, before_send_log=hooks.before_send_log,
                    send_default_pii=False, include_local_variables=False, max_request_body_size="never")

They do not rely on those options. Request bodies, cookies, headers, query strings, local variables, source lines, the
user and the host's name go always; texts are described by what the code can have said (`failures`), or scrubbed by the
strict policy; addresses keep their shape. What cannot be scrubbed is not sent: on any fault the event is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from apps.onboarding_api.services.pii_integration import failures, shape
from apps.onboarding_api.services.pii_integration.keys import scrub_json

Event = dict[str, Any]
_KEPT = frozenset(
    {
        "event_id", "timestamp", "start_timestamp", "platform", "level", "logger", "type", "release", "environment",
        "sdk", "fingerprint", "transaction_info", "tags",
    }
)  # fmt: skip
"""Parts of an event that no text of people gets into, but for tags and fingerprint, which are scrubbed like all."""
_OF_FRAME = ("filename", "module", "function", "lineno", "colno", "in_app")
_OF_MECHANISM = ("type", "handled")
_OF_TRACE = ("trace_id", "span_id", "parent_span_id", "op", "status")
_OF_CRUMB = ("timestamp", "type", "category", "level")
_OF_REQUEST_CRUMB = ("method", "status_code")
_URL = re.compile(r"(?:[a-z][a-z+.-]*://[^/?#\s]*)?(/[^?#\s]*)?")


def before_send(event: Event, hint: Mapping[str, Any] | None = None) -> Event | None:
    """The event (or transaction) as it may leave the house; None drops it."""
    try:
        return _event(event, _error_of(hint))
    except Exception:  # noqa: BLE001 -- what could not be scrubbed is not sent, and reporting must not fail the work
        return None


def before_breadcrumb(crumb: Event, hint: Mapping[str, Any] | None = None) -> Event | None:  # noqa: ARG001 -- Sentry's signature
    """A step on the way: its kind and time, of a request also method, path by shape and status. Never its text."""
    try:
        clean = {name: scrub_json(crumb[name]) for name in _OF_CRUMB if name in crumb}
        given = crumb.get("data")
        data: Event = {}
        if isinstance(given, Mapping):
            data = {name: scrub_json(given[name]) for name in _OF_REQUEST_CRUMB if name in given}
            if isinstance(given.get("url"), str):
                data["url"] = _path(given["url"])
        return {**clean, **({"data": data} if data else {})}
    except Exception:  # noqa: BLE001 -- as above
        return None


def before_send_log(log: Event, hint: Mapping[str, Any] | None = None) -> Event | None:  # noqa: ARG001 -- Sentry's signature
    """Log lines stay in the house: they have a formatter of their own there."""
    return None


def _event(event: Event, error: BaseException | None) -> Event:
    clean: Event = {name: scrub_json(event[name]) for name in _KEPT if name in event}
    told = failures.describe(error) if error is not None else None
    if told is not None:
        clean["message"] = told.message
        clean["fingerprint"] = [told.cause]
    if isinstance(event.get("exception"), Mapping):
        values = event["exception"].get("values") or []
        clean["exception"] = {"values": [_exception(one, told, last=one is values[-1]) for one in values]}
    if isinstance(event.get("request"), Mapping):
        request = event["request"]
        clean["request"] = {
            "method": scrub_json(request.get("method")),
            "url": _path(str(request.get("url") or "")),
        }
    if isinstance(event.get("transaction"), str):
        clean["transaction"] = _place(event["transaction"])
    crumbs = event.get("breadcrumbs")
    values = crumbs.get("values") if isinstance(crumbs, Mapping) else crumbs
    if isinstance(values, list):
        clean["breadcrumbs"] = {
            "values": [one for crumb in values if (one := before_breadcrumb(crumb)) is not None]
        }
    trace = event.get("contexts", {}).get("trace") if isinstance(event.get("contexts"), Mapping) else None
    if isinstance(trace, Mapping):
        clean["contexts"] = {"trace": {name: scrub_json(trace[name]) for name in _OF_TRACE if name in trace}}
    if isinstance(event.get("spans"), list):
        clean["spans"] = [_span(one) for one in event["spans"] if isinstance(one, Mapping)]
    return clean


def _exception(value: Mapping[str, Any], told: failures.FailureText | None, *, last: bool) -> Event:
    """Class and frames. The text of the outermost is what the code can have said; that of its causes goes."""
    frames = (value.get("stacktrace") or {}).get("frames") or []
    clean: Event = {"type": scrub_json(value.get("type")), "module": scrub_json(value.get("module"))}
    if told is not None and last:
        clean["value"] = told.message
    clean["stacktrace"] = {
        "frames": [{name: scrub_json(frame[name]) for name in _OF_FRAME if name in frame} for frame in frames]
    }
    mechanism = value.get("mechanism")
    if isinstance(mechanism, Mapping):
        clean["mechanism"] = {
            name: scrub_json(mechanism[name]) for name in _OF_MECHANISM if name in mechanism
        }
    return clean


def _span(span: Mapping[str, Any]) -> Event:
    """Times and kinds; descriptions hold statements and addresses."""
    kept = (*_OF_TRACE, "start_timestamp", "timestamp", "same_process_as_parent")
    return {name: scrub_json(span[name]) for name in kept if name in span}


def _error_of(hint: Mapping[str, Any] | None) -> BaseException | None:
    info = (hint or {}).get("exc_info")
    return (
        info[1] if isinstance(info, tuple) and len(info) == 3 and isinstance(info[1], BaseException) else None
    )


def _path(address: str) -> str:
    """The path alone, by shape: hosts and queries are the client's words."""
    found = _URL.match(address)
    return shape.path((found.group(1) if found else None) or "/")


def _place(transaction: str) -> str:
    """The name of a route or of a function: Sentry gives the raw path where no route matched."""
    return shape.path(transaction) if "/" in transaction else str(scrub_json(transaction))
