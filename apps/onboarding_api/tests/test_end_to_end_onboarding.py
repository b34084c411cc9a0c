"""A whole onboarding over HTTP, through real workers."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from apps.onboarding_api.tests.running_stack import RunningStack

pytestmark = pytest.mark.stack
MEDIA = Path(__file__).parent / "media"
_WHOLE_ROWS = 'SELECT row_to_json(t)::text AS row FROM "TABLE" t'
WAIT = {"Prefer": "wait=25"}

ANSWERS = {
    "site_name": "Green Valley Mall",
    "site_type": "retail",
    "address": "14 MG Road, Indiranagar",
    "city": "Bengaluru",
    "area": "1.5 lakh sq ft",
    "floors": "5",
    "entrances": "3",
    "operating_hours": "9 am to 9 pm",
    "operating_days": "all days",
    "shift_pattern": "three 8 hour shifts",
    "guards_per_shift": "8",
    "cctv": "yes",
    "risks": "theft and fire",
    "visitor_volume": "500 to 800",
    "meters": "electricity and water",
    "meter_count": "2",
    "emergency_contact_name": "Ramesh Kumar",
    "emergency_contact_phone": "98450 12345",
}


def say(client: httpx.Client, session_id: str, text: str) -> dict[str, Any]:
    answer = client.post(
        "onboarding/conversation/", json={"session_id": session_id, "text": text}, headers=WAIT
    )
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    assert told["status"] == "completed"
    return told


def opened(client: httpx.Client) -> dict[str, Any]:
    answer = client.post("onboarding/conversation/", json={"language": "en"})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def finished(stack: RunningStack, client: httpx.Client, accepted: httpx.Response) -> dict[str, Any]:
    """The task of an accepted answer, once it has ended."""
    assert accepted.status_code == 202, accepted.text
    url = f"{stack.url}{accepted.headers['Location']}"
    stack.wait_for(lambda: client.get(url).json()["status"] in {"completed", "failed"})
    task: dict[str, Any] = client.get(url).json()
    assert task["status"] == "completed", task
    return task


def answer_required(client: httpx.Client) -> dict[str, Any]:
    """Answer every required question; the turn after which a proposal is offered."""
    told = opened(client)
    while told["reply"].get("slot") in ANSWERS:
        told = say(client, told["session_id"], ANSWERS[told["reply"]["slot"]])
    return told


def approve(client: httpx.Client, recommendation_id: str, **body: Any) -> httpx.Response:
    return client.post(f"onboarding/approve/{recommendation_id}/", json=body)


def test_text_onboarding_from_first_question_to_revert(stack: RunningStack) -> None:
    manager = stack.client()
    offered = answer_required(manager)
    session_id = offered["session_id"]
    snapshot = manager.get(f"onboarding/sessions/{session_id}/").json()
    assert snapshot["collected_data"]["area"] == {"value": 150000, "unit": "sq_ft"}
    assert snapshot["collected_data"]["emergency_contact_name"] == "Ramesh Kumar"

    proposed = say(manager, session_id, "propose now")
    assert proposed["state"] == "AWAITING_APPROVAL"
    recommendation = manager.get(f"onboarding/recommendations/{proposed['recommendation_id']}/").json()
    assert recommendation["proposal"]["site"]["name"] == "Green Valley Mall"
    assert all(entry["rule"] and entry["reason"] for entry in recommendation["evidence"])

    decided = approve(manager, proposed["recommendation_id"])
    assert decided.status_code == 200, decided.text
    assert decided.json()["state"] == "COMPLETED"
    sites = stack.rows("SELECT name FROM onboarding_site WHERE vault_session = %s", session_id)
    assert sites == [{"name": "Green Valley Mall"}]

    change_set = decided.json()["change_set"]["change_set_id"]
    assert manager.post(f"onboarding/change-sets/{change_set}/revert/").status_code == 200
    assert stack.rows("SELECT 1 FROM onboarding_site WHERE vault_session = %s", session_id) == []


VOICES = {
    "site_type": "voice_site_type.wav",
    "area": "voice_area.wav",
    "floors": "voice_floors.wav",
    "operating_hours": "voice_hours.webm",
    "guards_per_shift": "voice_guards.wav",
    "cctv": "voice_cctv.wav",
    "emergency_contact_phone": "voice_phone.wav",
}


def speak(stack: RunningStack, client: httpx.Client, session_id: str, recording: str) -> dict[str, Any]:
    with (MEDIA / recording).open("rb") as audio:
        answer = client.post(
            "onboarding/conversation/", data={"session_id": session_id}, files={"audio": audio}, headers=WAIT
        )
    if answer.status_code == 202:
        told: dict[str, Any] = finished(stack, client, answer)["turn"]
        return told
    assert answer.status_code == 200, answer.text
    spoken: dict[str, Any] = answer.json()
    return spoken


def test_complete_voice_onboarding_flow(stack: RunningStack) -> None:
    manager = stack.client()
    told = opened(manager)
    session_id = told["session_id"]
    heard: dict[str, dict[str, Any]] = {}
    while (slot := told["reply"]["slot"]) in ANSWERS:
        if slot in VOICES and slot not in heard:
            told = heard[slot] = speak(stack, manager, session_id, VOICES[slot])
            assert told["task_id"]
            assert told["reply"]["slot"] != slot, (slot, told)
        else:
            told = say(manager, session_id, ANSWERS[slot])
    assert set(heard) == set(VOICES)
    phone = heard["emergency_contact_phone"]
    assert "[REDACTED_PHONE" in phone["transcript"]
    assert phone["pii"]["redactions_count"] == 1
    snapshot = manager.get(f"onboarding/sessions/{session_id}/").json()["collected_data"]
    assert snapshot["operating_hours"] == {"from": "09:00", "to": "18:00"}
    assert {row["status"] for row in recordings(stack, session_id)} == {"understood"}

    proposed = say(manager, session_id, "propose now")
    task = manager.get(f"onboarding/tasks/{proposed['task_id']}/").json()
    assert (task["status"], task["recommendation_id"]) == ("completed", proposed["recommendation_id"])
    assert approve(manager, task["recommendation_id"]).json()["state"] == "COMPLETED"
    assert calls(stack, session_id) >= {"speech transcribe", "llm understand", "llm make"}


@pytest.mark.parametrize(
    "recording", ["sound_noise.wav", "sound_silence.wav", "sound_hum.wav", "sound_babble.wav"]
)
def test_sound_without_words_is_asked_again_and_nothing_made_up(stack: RunningStack, recording: str) -> None:
    manager = stack.client()
    session_id = opened(manager)["session_id"]
    say(manager, session_id, "Green Valley Mall")
    told = speak(stack, manager, session_id, recording)
    assert told["reply"]["slot"] == "site_type"
    assert told["transcript"] is None
    assert manager.get(f"onboarding/sessions/{session_id}/").json()["collected_data"] == {
        "site_name": "Green Valley Mall"
    }
    (kept,) = recordings(stack, session_id)
    assert kept["status"] == "failed"
    assert kept["error"]["code"] in ("audio_silent", "speech_not_understood"), kept


def calls(stack: RunningStack, session_id: str) -> set[str]:
    """Which providers were asked what, as it was written down."""
    written = stack.rows(
        "SELECT service, deed FROM onboarding_providercall WHERE session_id = %s", session_id
    )
    return {f"{row['service']} {row['deed']}" for row in written}


def recordings(stack: RunningStack, session_id: str) -> list[dict[str, Any]]:
    return stack.rows("SELECT status, error FROM onboarding_upload WHERE session_id = %s", session_id)


def upload(
    client: httpx.Client, session_id: str, path: str, field: str, name: str, **data: str
) -> dict[str, Any]:
    with (MEDIA / name).open("rb") as file:
        answer = client.post(path, data={"session_id": session_id, **data}, files={field: file})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def understood(stack: RunningStack, client: httpx.Client, made: dict[str, Any]) -> dict[str, Any]:
    url = f"onboarding/uploads/{made['upload_id']}/"
    stack.wait_for(lambda: client.get(url).json()["status"] != "received")
    found: dict[str, Any] = client.get(url).json()
    assert found["status"] == "understood", found
    return found


def test_photos_and_documents_are_understood_and_attached(stack: RunningStack) -> None:
    manager = stack.client()
    session_id = opened(manager)["session_id"]
    photo = "onboarding/site-audit/"
    scene = upload(manager, session_id, photo, "photo", "scene_gps.jpg")
    meter = upload(manager, session_id, photo, "photo", "meter_lcd.jpg", kind="meter")
    page = upload(manager, session_id, photo, "photo", "register_page.jpg", kind="register")
    brief = upload(manager, session_id, "onboarding/documents/", "document", "site_brief.pdf")

    seen = understood(stack, manager, scene)
    assert (round(seen["latitude"], 4), round(seen["longitude"], 4)) == (12.9716, 77.5946)
    assert seen["position_source"] == "exif"

    reading = understood(stack, manager, meter)["reading"]
    assert reading["value"] == "004512"
    confirmed = manager.post(f"onboarding/readings/{reading['id']}/confirm/", json={"value": "004512"})
    assert confirmed.json()["confirmed_value"] == "004512"

    rows = understood(stack, manager, page)["findings"]["rows"]
    assert len(rows) == 5
    assert understood(stack, manager, brief)["findings"]["text"]
    kinds = [
        event["kind"] for event in manager.get(f"onboarding/sessions/{session_id}/events/").json()["results"]
    ]
    assert kinds.count("upload_understood") == 4
    assert "reading_confirmed" in kinds
    assert calls(stack, session_id) >= {"vision look", "vision read"}


def test_personal_values_stand_nowhere_but_in_the_vault(stack: RunningStack) -> None:
    manager = stack.client()
    session_id = answer_required(manager)["session_id"]
    tables = stack.rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    for table in tables:
        rows = stack.rows(_WHOLE_ROWS.replace("TABLE", table["table_name"]))
        text = " ".join(row["row"] for row in rows)
        assert "Ramesh Kumar" not in text, table
        assert "98450 12345" not in text, table
        assert "9845012345" not in text, table
    logs = stack.log("web") + stack.log("worker") + stack.log("keeper")
    assert "Ramesh" not in logs
    assert "98450" not in logs
    kinds = stack.rows(
        "SELECT kind FROM onboarding_vaultentry WHERE session_id = %s ORDER BY kind", session_id
    )
    assert {row["kind"] for row in kinds} >= {"NAME", "PHONE"}


def test_amended_proposal_needs_another_person(stack: RunningStack) -> None:
    manager, admin = stack.client(), stack.client("admin@demo.example")
    offered = answer_required(manager)
    proposed = say(manager, offered["session_id"], "propose now")
    changes = {"site": {"name": "Green Valley Mall North"}}
    amended = approve(
        manager, proposed["recommendation_id"], decision="amend", changes=changes, reason="renamed last week"
    )
    assert amended.status_code == 200, amended.text
    second = amended.json()["next_recommendation_id"]
    assert amended.json()["state"] == "AWAITING_APPROVAL"
    refused = approve(manager, second)
    assert (refused.status_code, refused.json()["code"]) == (403, "maker_cannot_approve")
    accepted = approve(admin, second)
    assert accepted.json()["state"] == "COMPLETED"
    assert stack.rows("SELECT name FROM onboarding_site WHERE vault_session = %s", offered["session_id"]) == [
        {"name": "Green Valley Mall North"}
    ]
    admin.post(f"onboarding/change-sets/{accepted.json()['change_set']['change_set_id']}/revert/")


def test_changed_answer_makes_the_pending_proposal_anew(stack: RunningStack) -> None:
    manager = stack.client()
    offered = answer_required(manager)
    url = f"onboarding/sessions/{offered['session_id']}/"
    first = say(manager, offered["session_id"], "propose now")["recommendation_id"]
    etag = manager.get(url).headers["ETag"]
    changed = manager.patch(url, json={"collected_data": {"floors": 7}}, headers={"If-Match": etag})
    assert changed.status_code == 200, changed.text
    stack.wait_for(lambda: manager.get(url).json()["state"] == "AWAITING_APPROVAL")
    second = manager.get(url).json()["recommendation_id"]
    assert second != first
    proposal = manager.get(f"onboarding/recommendations/{second}/").json()["proposal"]
    assert proposal["site"]["floors"] == 7
    assert approve(manager, first).json()["code"] == "already_decided"


def test_client_made_session_id_opens_that_session_once(stack: RunningStack) -> None:
    manager, mine = stack.client(), str(uuid4())
    assert say(manager, mine, "Hello")["session_id"] == mine
    rows = stack.rows("SELECT count(*) AS n FROM onboarding_conversationsession WHERE session_id = %s", mine)
    assert rows == [{"n": 1}]


def test_greeting_is_not_taken_for_an_answer(stack: RunningStack) -> None:
    told = say(stack.client(), str(uuid4()), "I want to bring a new site live")
    assert told["reply"]["slot"] == "site_name"
    rows = stack.rows(
        "SELECT collected_data FROM onboarding_conversationsession WHERE session_id = %s", told["session_id"]
    )
    assert rows == [{"collected_data": {}}]


def test_two_answers_at_once_admit_one(stack: RunningStack) -> None:
    session_id = opened(stack.client())["session_id"]
    statuses: list[int] = []

    def post() -> None:
        client = stack.client()
        body = {"session_id": session_id, "text": "Twin Towers"}
        statuses.append(
            client.post("onboarding/conversation/", json=body, headers={"Prefer": "wait=0"}).status_code
        )

    threads = [threading.Thread(target=post) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answered = stack.rows(
        "SELECT count(*) AS n FROM onboarding_sessionevent WHERE session_id = %s AND kind = 'answer_received'",
        session_id,
    )
    assert set(statuses) <= {200, 202, 409}
    assert answered == [{"n": sum(status != 409 for status in statuses)}]


def test_events_stream_resumes_after_the_last_seen(stack: RunningStack) -> None:
    manager = stack.client()
    session_id = opened(manager)["session_id"]
    say(manager, session_id, "Green Valley Mall")
    url = f"onboarding/sessions/{session_id}/events/"
    every = [event["number"] for event in manager.get(url).json()["results"]]
    assert every == list(range(1, len(every) + 1))
    first = _stream(manager, url, last=0, count=2)
    rest = _stream(manager, url, last=first[-1]["number"], count=len(every) - 2)
    assert [event["number"] for event in first + rest] == every


def test_stream_tells_of_a_turn_while_it_happens(stack: RunningStack) -> None:
    manager = stack.client()
    session_id = opened(manager)["session_id"]
    url = f"onboarding/sessions/{session_id}/events/"
    last = manager.get(url).json()["results"][-1]["number"]
    speaker = threading.Timer(0.3, say, args=(stack.client(), session_id, "Green Valley Mall"))
    speaker.start()
    kinds = [event["kind"] for event in _stream(manager, url, last=last, count=3)]
    speaker.join()
    assert kinds[0] == "answer_received"
    assert "answer_set" in kinds


def _stream(client: httpx.Client, url: str, *, last: int, count: int) -> list[dict[str, Any]]:
    """`count` events of the stream after event `last`."""
    found: list[dict[str, Any]] = []
    headers = {"Accept": "text/event-stream", "Last-Event-ID": str(last)}
    with client.stream("GET", url, headers=headers) as response:
        assert response.status_code == 200
        for line in response.iter_lines():
            if line.startswith("data: "):
                found.append(json.loads(line.removeprefix("data: ")))
            if len(found) == count:
                break
    return found


def test_worker_killed_in_the_middle_of_a_turn_finishes_it_once(stack: RunningStack) -> None:
    manager = stack.client()
    session_id = opened(manager)["session_id"]
    fuse = stack.folder / "fuse"
    stack.kill("worker")
    fuse.touch()
    stack.start("worker", extra={"TASK_FAILPOINT": f"inside_effect:{fuse}"})
    body = {"session_id": session_id, "text": "Green Valley Mall"}
    accepted = manager.post("onboarding/conversation/", json=body, headers={"Prefer": "wait=0"})
    ended = finished(stack, manager, accepted)
    told = ended["turn"]
    assert not fuse.exists(), "the worker was to die inside the effect"
    assert told["reply"]["slot"] == "site_type"
    counts = stack.rows(
        "SELECT kind, count(*) AS n FROM onboarding_sessionevent WHERE session_id = %s GROUP BY kind",
        session_id,
    )
    assert {row["kind"]: row["n"] for row in counts}["answer_set"] == 1
    starts = stack.rows("SELECT fence, state FROM task_ledger_taskrecord WHERE id = %s", told["task_id"])
    assert starts == [{"fence": 2, "state": "done"}]


def test_answer_given_while_no_worker_runs_is_worked_on_later(stack: RunningStack) -> None:
    manager = stack.client()
    session_id = opened(manager)["session_id"]
    stack.kill("worker")
    body = {"session_id": session_id, "text": "Green Valley Mall"}
    accepted = manager.post("onboarding/conversation/", json=body, headers={"Prefer": "wait=1"})
    assert accepted.status_code == 202
    assert accepted.headers["Retry-After"] == "1"
    busy = manager.post("onboarding/conversation/", json=body, headers={"Prefer": "wait=0"})
    assert (busy.status_code, busy.json()["code"]) == (409, "turn_in_progress")
    stack.start("worker")
    assert finished(stack, manager, accepted)["turn"]["reply"]["slot"] == "site_type"
