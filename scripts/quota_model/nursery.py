"""Raises uploaders and kills them: a process with one thread, so that it can fork, and Django loaded once for all.

Started by `kills` with one argument, a JSON object; prints what was left as another.
"""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import sys
import time
from dataclasses import replace
from io import BytesIO
from uuid import UUID

import django

django.setup()

from django.conf import settings  # noqa: E402 -- Django has to be set up first
from django.contrib.auth.models import User  # noqa: E402 -- as above
from django.core.files.base import ContentFile  # noqa: E402 -- as above
from django.db import connections  # noqa: E402 -- as above
from PIL import Image  # noqa: E402 -- as above

from apps.onboarding.models import Upload, UploadQuota  # noqa: E402 -- as above
from apps.onboarding_api.services import upload_throttling, uploads  # noqa: E402 -- as above
from apps.onboarding_api.services.upload_storage import files  # noqa: E402 -- as above
from apps.onboarding_api.services.upload_throttling import shapes, shared  # noqa: E402 -- as above
from apps.onboarding_api.services.uploads.storing import display_name  # noqa: E402 -- as above

_UPLOADERS = 3
_LONGEST_LIFE_SECONDS = 0.25
_AFTER_LEASES_SECONDS = 20.0


def main() -> None:
    given = json.loads(sys.argv[1])
    logging.disable(logging.CRITICAL)
    settings.UPLOAD_QUOTAS = replace(
        settings.UPLOAD_QUOTAS, photos_per_minute=1_000, lease_seconds=given["lease"]
    )
    chance = random.Random(given["seed"])
    sessions = [UUID(one) for one in given["sessions"]]
    user = User.objects.get(pk=given["user"])
    display_name("gate.jpg")  # loads what redacts, once for all: else most of each life would go by with that
    living: list[int] = []
    left_behind = 0
    for n in range(given["kills"]):
        connections.close_all()
        shared.forget()
        # Moving along the sessions, so that there is room to the end.
        first = n * len(sessions) // given["kills"]
        while len(living) < _UPLOADERS:
            living.append(_born(sessions[first : first + 3], user, chance.random()))
        time.sleep(chance.uniform(0, _LONGEST_LIFE_SECONDS))  # the point of the kill: any
        victim = living.pop(chance.randrange(len(living)))
        before = _leases(sessions[max(0, first - 1) : first + 3])
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        left_behind += bool(before)
    for pid in living:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    connections.close_all()
    shared.forget()
    print(json.dumps({**_left(sessions), "kills": given["kills"], "with_uploads_under_way": left_behind}))


def _born(sessions: list[UUID], user: User, seed: float) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        _upload_for_ever(random.Random(seed), sessions, user)
    finally:
        os._exit(1)


def _upload_for_ever(chance: random.Random, sessions: list[UUID], user: User) -> None:
    buffer = BytesIO()
    Image.new("RGB", (640, 480), "navy").save(buffer, "JPEG")
    photo, text = buffer.getvalue(), b"Gate 1, Gate 2\n" * 50
    while True:
        is_photo = chance.random() < 0.7
        file = ContentFile(photo if is_photo else text, "gate.jpg" if is_photo else "list.txt")
        try:
            uploads.receive(
                session_id=chance.choice(sessions),
                user=user,
                file=file,
                kind=Upload.Kind.SCENE if is_photo else Upload.Kind.DOCUMENT,
            )
        except upload_throttling.UploadRefused:
            time.sleep(0.002)  # others are at it, or the session is full


def _leases(sessions: list[UUID]) -> int:
    """Uploads that are under way."""
    found = 0
    for one in sessions:
        states = {state.policy: state for state in upload_throttling.quota_state(one).limits}
        at_once = states[shapes.AT_ONCE]
        found += at_once.quota - at_once.remaining
    return found


def _left(sessions: list[UUID]) -> dict[str, float]:
    """What Redis and the ledger hold beyond the rows, once all leases have ended."""
    began = time.monotonic()
    while _leases(sessions) and time.monotonic() < began + _AFTER_LEASES_SECONDS:
        time.sleep(0.05)
    found = dict.fromkeys(("places", "photos", "documents", "bytes", "ledger", "over"), 0)
    for one in sessions:
        states = {state.policy: state for state in upload_throttling.quota_state(one).limits}
        used = {policy: state.quota - state.remaining for policy, state in states.items()}
        rows = list(Upload.objects.filter(session_id=one).values_list("kind", "byte_size"))
        photos = sum(kind in shapes.PHOTO_KINDS for kind, _ in rows)
        documents, size = len(rows) - photos, sum(size for _, size in rows)
        ledger = UploadQuota.objects.filter(pk=one).values_list("photos", "documents", "bytes").first()
        found["places"] += used[shapes.AT_ONCE]
        found["photos"] += abs(used[shapes.PHOTOS] - photos)
        found["documents"] += abs(used[shapes.DOCUMENTS] - documents)
        found["bytes"] += abs(used[shapes.BYTES] - size)
        found["ledger"] += (ledger or (0, 0, 0)) != (photos, documents, size)
        found["over"] += photos > settings.UPLOAD_QUOTAS.max_photos
        found["over"] += documents > settings.UPLOAD_QUOTAS.max_documents
    known = set(Upload.objects.values_list("storage_key", flat=True))
    strays = [key for key in files.stored_keys() if key not in known]
    return {
        **found,
        "uploads": len(known),
        "files_without_row": len(strays),
        "seconds_to_rest": round(time.monotonic() - began, 2),
    }


if __name__ == "__main__":
    main()
