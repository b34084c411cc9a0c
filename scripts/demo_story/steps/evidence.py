"""Photos and a document: sent while the conversation goes on, understood by the media worker meanwhile."""

from __future__ import annotations

import time
from typing import Any

from scripts.demo_story import media
from scripts.demo_story.failure import require
from scripts.demo_story.story import Story

_LONGEST_SECONDS = 90.0


def send_files(story: Story) -> None:
    """A photo, a meter, a register page and a document are sent at once"""
    for kind, sample in (("scene", media.SCENE), ("meter", media.METER), ("register", media.REGISTER)):
        file = {"photo": (sample.path.name, sample.path.read_bytes())}
        _keep(story, kind, "onboarding/site-audit/", {"kind": kind}, file)
    file = {"document": (media.DOCUMENT.path.name, media.DOCUMENT.path.read_bytes())}
    _keep(story, "document", "onboarding/documents/", {"document_type": media.DOCUMENT.document_type}, file)


def _keep(story: Story, kind: str, path: str, fields: dict[str, str], file: dict[str, Any]) -> None:
    data = {"session_id": story.session_id, **fields}
    answer = story.manager.call("POST", path, data=data, files=file, expect=201)
    upload = story.uploads[kind] = answer.json()
    require(upload["task_id"], "an upload should come with its task")
    story.screen.fact(
        "Sent",
        f"{kind}: {upload['display_name']}, {upload['byte_size'] // 1000} kB, {upload['content_type']}",
    )


def understood(story: Story, kind: str) -> dict[str, Any]:
    """The upload, once the worker is done with it."""
    end = time.monotonic() + _LONGEST_SECONDS
    while True:
        upload: dict[str, Any] = story.manager.get(f"onboarding/uploads/{story.uploads[kind]['upload_id']}/")
        if upload["status"] != "received":
            require(
                upload["status"] == "understood", f"the {kind} should be understood, but: {upload['error']}"
            )
            return upload
        require(time.monotonic() < end, f"the {kind} was not worked on in {_LONGEST_SECONDS:.0f} s")
        time.sleep(0.2)


def show_scene(story: Story) -> None:
    """The photo tells where and when it was taken"""
    photo = understood(story, "scene")
    wanted = media.SCENE
    story.screen.fact(
        "Position", f"{photo['latitude']:.5f}, {photo['longitude']:.5f} (from {photo['position_source']})"
    )
    story.screen.fact("Taken", str(photo["captured_at"]))
    findings = photo["findings"]
    quality = findings["quality"]
    problems = ", ".join(quality["problems"]) or "no problem"
    story.screen.fact(
        "Quality", f"{problems} (sharpness {quality['sharpness']}, brightness {quality['brightness']})"
    )
    story.screen.fact("Text", "; ".join(findings["text"]) or "none")
    scene = findings["scene_findings"]
    if not scene["available"]:
        story.screen.fact("Honest", scene["reason"])
    require(media.SCENE.text in findings["text"], f"the photo should show the words {media.SCENE.text!r}")
    require(photo["position_source"] == "exif", "the position should come from the photo's EXIF data")
    near = (
        abs(photo["latitude"] - wanted.latitude) < 1e-4 and abs(photo["longitude"] - wanted.longitude) < 1e-4
    )
    require(near, f"the position should be {wanted.latitude}, {wanted.longitude}")


def show_meter(story: Story) -> None:
    """The meter's digits are read, and a person confirms them"""
    reading = understood(story, "meter")["reading"]
    require(reading, "a meter photo should have a reading")
    sure = "read with certainty" if not reading["needs_confirmation"] else "a person must look"
    story.screen.fact(
        "Read",
        f"{reading['value'] or '?'} {reading['unit']} (confidence {reading['confidence']:.2f}; {sure})",
    )
    require(
        reading["value"] == media.METER.value,
        f"the digits should be {media.METER.value}, not {reading['value']!r}",
    )
    path = f"onboarding/readings/{reading['id']}/confirm/"
    confirmed = story.manager.call(
        "POST", path, json={"value": reading["value"], "unit": media.METER.unit}
    ).json()
    story.screen.person("Manager", f"confirms {confirmed['confirmed_value']} {confirmed['unit']}")
    require(
        confirmed["confirmed_value"] == media.METER.value,
        "the confirmed digits should be kept, leading zeros too",
    )
    require(not confirmed["needs_confirmation"], "a confirmed reading should need no confirmation")


def show_register(story: Story) -> None:
    """The register page becomes rows, without the visitors' personal data"""
    findings = understood(story, "register")["findings"]
    rows = findings["rows"]
    for row in rows[:6]:
        story.screen.item(" | ".join(cells(row)))
    text = str(findings)
    require(len(rows) >= media.REGISTER.rows, f"there should be {media.REGISTER.rows} rows, not {len(rows)}")
    for secret in media.REGISTER.personal:
        require(secret not in text, f"the rows should not hold {secret!r}")
    require("[REDACTED" in text, "the rows should show that something was redacted")


def cells(row: Any) -> list[str]:
    """A row as texts, whichever way it is written down."""
    if isinstance(row, dict):
        return cells(row.get("cells", list(row.values())))
    if isinstance(row, list):
        return [str(cell.get("text", "")) if isinstance(cell, dict) else str(cell) for cell in row]
    return [str(row)]


def show_document(story: Story) -> None:
    """The document is read as text"""
    findings = understood(story, "document")["findings"]
    text = findings["text"]
    story.screen.fact("Text", " ".join(text.split())[:600])
    for word in media.DOCUMENT.words:
        require(word.casefold() in text.casefold(), f"the text should hold {word!r}")
    for secret in media.DOCUMENT.personal:
        require(secret not in text, f"the text should not hold {secret!r}")
