"""One signed-in person's calls. An answer of another kind than expected ends the story with its problem document."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx

from scripts.demo_story.failure import StepFailed, require

_LONGEST_SECONDS = 60.0
_POLL_SECONDS = 0.1
_FINAL = {"completed", "failed"}


class Api:
    """Calls below `/api/v1/` with a bearer token. Every unsafe call carries an idempotency key of its own."""

    def __init__(self, *, url: str, account: str, password: str) -> None:
        self.account = account
        self._client = httpx.Client(base_url=f"{url.rstrip('/')}/api/v1/", timeout=_LONGEST_SECONDS)
        answer = self.call("POST", "auth/token/", json={"username": account, "password": password})
        self._client.headers["Authorization"] = f"Bearer {answer.json()['access']}"

    def call(
        self, method: str, path: str, *, expect: int | tuple[int, ...] = 200, **request: Any
    ) -> httpx.Response:
        """The response, which has the status (or one of the statuses) `expect`."""
        headers = dict(request.pop("headers", {}))
        if method != "GET":
            headers.setdefault("Idempotency-Key", str(uuid4()))
        try:
            answer = self._client.request(method, path, headers=headers, **request)
        except httpx.TransportError as error:
            raise StepFailed(
                f"{self._client.base_url} does not answer ({error}). Is scripts/run running?"
            ) from error
        expected = (expect,) if isinstance(expect, int) else expect
        wanted = " or ".join(map(str, expected))
        require(answer.status_code in expected, f"{method} {path} should answer {wanted}: {explain(answer)}")
        return answer

    def get(self, path: str) -> Any:
        return self.call("GET", path).json()

    def turn(self, session_id: str, **answer: Any) -> dict[str, Any]:
        """Say something (text, choice) or send a recording (`audio`: name and bytes), and wait for the reply."""
        wait = {"Prefer": "wait=25"}
        given: dict[str, Any] = {"session_id": session_id}
        if "audio" in answer:
            request: dict[str, Any] = {"data": given, "files": {"audio": answer["audio"]}}
        else:
            request = {"json": {**given, **answer}}
        response = self.call("POST", "onboarding/conversation/", expect=(200, 202), headers=wait, **request)
        said: dict[str, Any] = response.json()
        return said if response.status_code == httpx.codes.OK else self.finished(said["task_id"])["turn"]

    def finished(self, task_id: str) -> dict[str, Any]:
        """The task, once it has ended."""
        end = time.monotonic() + _LONGEST_SECONDS
        while True:
            task: dict[str, Any] = self.get(f"onboarding/tasks/{task_id}/")
            if task["status"] in _FINAL:
                return task
            require(time.monotonic() < end, f"task {task_id} is still {task['status']}")
            time.sleep(_POLL_SECONDS)

    @contextmanager
    def events(self, session_id: str, *, after: int) -> Iterator[Iterator[dict[str, str]]]:
        """The event log as a stream of server-sent events, from the one after `after`."""
        headers = {"Accept": "text/event-stream", "Last-Event-ID": str(after)}
        path = f"onboarding/sessions/{session_id}/events/"
        with self._client.stream("GET", path, headers=headers) as response:
            require(
                response.status_code == httpx.codes.OK, f"the stream should open, not {response.status_code}"
            )
            kind = response.headers["content-type"]
            require(kind.startswith("text/event-stream"), f"the stream should be one of events, not {kind}")
            yield frames(response.iter_lines())


def frames(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    """Server-sent events as `{id, event, data}`; comments and empty frames are passed over (WHATWG HTML, 9.2.6)."""
    frame: dict[str, str] = {}
    for line in lines:
        if not line:
            if "data" in frame:
                yield frame
            frame = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            frame[name] = f"{frame[name]}\n{value}" if name == "data" and name in frame else value


def explain(answer: httpx.Response) -> str:
    """What an unexpected answer says: the problem document's code and detail, else its beginning."""
    try:
        problem = answer.json()
    except ValueError:
        return f"{answer.status_code} {answer.text[:200]}"
    if not isinstance(problem, dict) or "code" not in problem:
        return f"{answer.status_code} {str(problem)[:300]}"
    more = f" {problem['errors']}" if problem.get("errors") else ""
    return f"{answer.status_code} {problem['code']}: {problem.get('detail')}{more}"
