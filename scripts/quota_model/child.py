"""A process of the comparison: random uploads through the real quotas, written down as they were answered.

Started by `comparing` with one argument, a JSON object.
"""

from __future__ import annotations

import json
import logging
import random
import sys
from dataclasses import replace
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import django

django.setup()

from django.conf import settings  # noqa: E402 -- Django has to be set up first
from django.contrib.auth.models import User  # noqa: E402 -- as above
from django.db import transaction  # noqa: E402 -- as above

from apps.onboarding.models import Upload  # noqa: E402 -- as above
from apps.onboarding_api.services import upload_throttling  # noqa: E402 -- as above
from apps.onboarding_api.services.security.link import Link  # noqa: E402 -- as above
from apps.onboarding_api.services.upload_throttling import shapes, shared  # noqa: E402 -- as above

KINDS = (*shapes.PHOTO_KINDS, Upload.Kind.DOCUMENT, Upload.Kind.AUDIO)
MOST_BYTES = 9_000


class Watched(Link):
    """Writes down each answer, with the number that Redis gave it."""

    log: IO[str]

    def run(self, script: str, **given: Any) -> Any:
        answer = super().run(script, **given)
        asked = json.loads(given["arguments"][0])
        session = given["keys"][0].partition(":")[2]
        line = {"session": session, "number": answer[2], "at": answer[1], "asked": asked, "answer": answer}
        self.log.write(json.dumps(line, separators=(",", ":")) + "\n")
        return answer


def main() -> None:
    given = json.loads(sys.argv[1])
    logging.disable(logging.CRITICAL)  # a line for each refusal would be most of the work
    shapes.BURST_SECONDS = given["window"]
    settings.UPLOAD_QUOTAS = replace(settings.UPLOAD_QUOTAS, **given["quotas"])
    chance = random.Random(given["seed"])
    link = Watched(settings.REDIS_URL, timeout_seconds=30)  # what is late here is the machine
    shared._shared = shared.Shared(link=link, threshold=1, reset_seconds=1)
    sessions = [UUID(one) for one in given["sessions"]]
    with Path(given["log"]).open("w", encoding="ascii") as link.log:
        open_ones: list[upload_throttling.Reservation] = []
        for n in range(given["operations"]):
            # All processes move along the sessions together: each is used up by all of them at once.
            first = n * len(sessions) // given["operations"]
            session_id = chance.choice(sessions[first : first + 2])
            _step(chance, session_id, open_ones)
        for one in open_ones:
            upload_throttling.release(one)


def _step(chance: random.Random, session_id: UUID, open_ones: list[upload_throttling.Reservation]) -> None:
    if open_ones and chance.random() < 0.6:
        one = open_ones.pop(chance.randrange(len(open_ones)))
        if chance.random() < 0.6:
            _store(one)
        for _ in range(chance.choice((1, 1, 2))):  # of what is stored, too: that gives nothing back
            upload_throttling.release(one)
        return
    try:
        open_ones.append(
            upload_throttling.reserve(
                session_id=session_id,
                user=User(pk=1),
                kind=chance.choice(KINDS),
                declared_bytes=chance.randint(0, MOST_BYTES),
            )
        )
    except upload_throttling.UploadRefused:
        return


def _store(one: upload_throttling.Reservation) -> None:
    kind = Upload.Kind.SCENE if one.cost.photos else Upload.Kind.DOCUMENT
    kind = kind if one.cost.photos or one.cost.documents else Upload.Kind.AUDIO
    with transaction.atomic():
        upload_throttling.settle(one, actual_bytes=one.cost.bytes)
        Upload.objects.create(
            pk=one.upload_id, session_id=one.session_id, kind=kind, byte_size=one.cost.bytes,
            storage_key=str(one.upload_id), content_type="-", sha256="-",
        )  # fmt: skip


if __name__ == "__main__":
    main()
