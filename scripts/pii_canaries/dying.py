"""Tasks that die with values around them, and what people do with dead tasks."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence

from scripts.pii_canaries import filing
from scripts.pii_canaries.carriers import sentence
from scripts.pii_canaries.target import Target
from scripts.pii_canaries.values import Canary
from scripts.pii_canaries.visitor import Calls, Visitor
from scripts.supervisor.layout import ROOT

_CAPTURE = """
import json, sys, logging
from uuid import uuid4
from background_tasks.dead_letter_queue import dlq_handler
log = logging.getLogger("celery.task")
for number, (name, email, phone, text) in enumerate(json.load(sys.stdin)):
    try:
        try:
            int(name)
        except ValueError as error:
            raise LookupError(f"no person {name} with {email}") from error
    except LookupError as error:
        log.exception("capturing")
        error.add_note(f"called {phone}")
        dlq_handler.send_to_dlq(
            str(uuid4()), ("understand_photo", "process_conversation_step")[number % 2], args=[name, text],
            kwargs={"upload_id": email, "full_name": name, "people": [{"phone": phone, "note": text}]}, exception=error,
        )
"""


def lose_files(visitors: Sequence[Visitor]) -> None:
    """Files whose tasks wait for a worker that is held vanish from the disk: the tasks die."""
    target = visitors[0].calls.target
    target.hold_media()
    try:
        before = set(target.media.rglob("*"))
        for visitor in visitors:
            filing.send_documents(visitor)
        for path in set(target.media.rglob("*")) - before:
            if path.is_file():
                path.unlink()
    finally:
        target.let_media_go()


def capture_foreign_tasks(visitor: Visitor, count: int) -> None:
    """Tasks with values in arguments, exception, cause and note go into the dead letter queue by its own call."""
    aviary = visitor.aviary
    rows = []
    for _ in range(count):
        name, email, phone = aviary.several(3, "task arguments and errors")
        rows.append(
            [
                name.value,
                email.value,
                phone.value,
                sentence(aviary.take("NAME", "task arguments and errors"), aviary),
            ]
        )
    run_in_product(visitor.calls.target, _CAPTURE, json.dumps(rows))


def run_in_product(target: Target, code: str, given: str) -> str:
    """Run Python in the product's own process environment, logs on; its error output goes where its logs go."""
    log = next(path for path in target.logs if path.is_dir()) / "canaries-shell.log"
    with log.open("ab") as out:
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "-c", code],
            cwd=ROOT, env=target.environment, input=given.encode(),
            stdout=subprocess.PIPE, stderr=out, check=True, timeout=300,
        )  # fmt: skip
        out.write(done.stdout)
    return done.stdout.decode()


def handle_dead_letters(calls: Calls, visitor: Visitor, *, wanted: int) -> None:
    """List, look, send back with a reason, edit with values, discard, clear: by the API."""
    aviary, call, dlq = visitor.aviary, calls.call, "/api/v1/admin/dlq/"
    end = time.monotonic() + 60
    while True:
        entries = call("GET", f"{dlq}tasks/?limit=200", who="admin", expect=200).json()["results"]
        if len(entries) >= wanted or time.monotonic() > end:
            break
        time.sleep(0.5)
    for number, entry in enumerate(entries[:60]):
        task = f"{dlq}tasks/{entry['task_id']}/"
        call("GET", task, who="admin", expect=200)
        reason = sentence(aviary.take("NAME", "dead letters, reasons"), aviary)
        match number % 4:
            case 0:
                call("POST", f"{task}retry/", who="admin", json={"reason": reason})
            case 1:
                changes = {"upload_id": aviary.take("EMAIL", "dead letters, edits").value}
                call("POST", f"{task}retry/", who="admin", json={"reason": reason, "changes": changes})
            case 2:
                call("DELETE", f"{task}?reason={reason}", who="admin")
            case _:
                pass
    call("GET", f"{dlq}stats/", who="admin", expect=200)
    call("GET", f"{dlq}causes/", who="admin", expect=200)
    reason = sentence(aviary.take("NAME", "dead letters, reasons"), aviary)
    begun = call("POST", f"{dlq}retry/", who="admin", json={"all": True, "dry_run": False, "reason": reason})
    if begun.status_code < 300:
        bulk = begun.json().get("bulk_id")
        call(
            "POST",
            f"{dlq}bulk/{bulk}/stop/",
            who="admin",
            json={"reason": sentence(aviary.take("PHONE", "dead letters, reasons"), aviary)},
        )


def planted(canaries: list[Canary]) -> set[str]:
    """The doors that were pushed through."""
    return {door for one in canaries for door in one.doors}
