"""Sending a photo and waiting until it is understood."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx

from scripts.benches.results import CannotMeasure

_LONGEST_SECONDS = 120.0


def send_photo(port: int, token: str, *, session_id: str, photo: Path, kind: str) -> dict[str, Any]:
    """The upload as it is described once it was understood (or could not be)."""
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}/api/v1/onboarding/", headers=headers, timeout=30
    ) as client:
        answer = client.post(
            "site-audit/",
            data={"session_id": session_id, "kind": kind},
            files={"photo": (photo.name, photo.read_bytes())},
        )
        if answer.status_code != httpx.codes.CREATED:
            raise CannotMeasure(f"the photo was not taken: {answer.status_code} {answer.text[:300]}")
        upload: dict[str, Any] = answer.json()
        end = time.monotonic() + _LONGEST_SECONDS
        while upload["status"] == "received":
            if time.monotonic() > end:
                raise CannotMeasure("the photo was not worked on in time")
            time.sleep(0.1)
            upload = client.get(f"uploads/{upload['upload_id']}/").json()
    return upload
