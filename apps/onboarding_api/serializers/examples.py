"""Examples that the API's description shows. Each is a body that the product would take or give."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample

_SESSION = "6f2c0f5e-6a0e-4f0a-9d0a-0c6f5f6d2a11"
_TASK = "0d5f6b8e-3c52-4a43-9f41-1b9a3d6f7c20"

OPENING = OpenApiExample("Open a session", request_only=True, value={"language": "en"})
DIRECT = OpenApiExample(
    "A photo of 3 MiB",
    request_only=True,
    value={"session_id": _SESSION, "filename": "gate.jpg", "kind": "scene", "byte_size": 3_145_728},
)
ANSWER = OpenApiExample(
    "Answer", request_only=True, value={"session_id": _SESSION, "text": "a warehouse with three floors"}
)
CHOICE = OpenApiExample("Choose", request_only=True, value={"session_id": _SESSION, "choice": "warehouse"})
TURN_ANSWER = OpenApiExample(
    "The next question",
    response_only=True,
    status_codes=["200"],
    value={
        "session_id": _SESSION,
        "turn_id": "b0f1d1a4-5c4e-4c39-8d0b-6f4f4f0d9a77",
        "state": "IN_PROGRESS",
        "task_id": _TASK,
        "status": "completed",
        "transcript": "a warehouse, call [REDACTED_PHONE]",
        "pii": {"redactions_count": 1, "by_type": {"PHONE": 1}, "safe_for_llm": True},
        "confidence": None,
        "is_draft": False,
        "reply": {
            "text": "Noted: warehouse. How many floors does the site have?",
            "question": "How many floors does the site have?",
            "slot": "floors",
            "choices": [],
            "control": None,
            "progress": {"answered": 2, "required": 12, "total": 25},
        },
        "recommendation_id": None,
    },
)
CORRECTION = OpenApiExample(
    "Two answers at once", request_only=True, value={"collected_data": {"floors": 3, "entrances": 2}}
)
APPROVAL = OpenApiExample("Approve", request_only=True, value={"decision": "approve"})
AMENDMENT = OpenApiExample(
    "Amend",
    request_only=True,
    value={
        "decision": "amend",
        "changes": {"site": {"floors": 4}, "shifts": {"NIGHT": {"headcount": 3}}},
        "reason": "One floor more, and three at night.",
    },
)
EXPERIMENT = OpenApiExample(
    "Plainer words",
    request_only=True,
    value={
        "key": "plain-words",
        "title": "Do plainer words help?",
        "kind": "wording",
        "flow": "facility_onboarding",
        "control": "a",
        "arms": [
            {"name": "a"},
            {"name": "b", "changes": {"site_type": {"en": {"question": "What do you guard there?"}}}},
        ],
        "guardrails": [{"metric": "errors", "margin": 0.05}],
    },
)
STOP_EXPERIMENT = OpenApiExample("Stop", request_only=True, value={"reason": "The season is over."})
ROLL_OUT = OpenApiExample("Roll out", request_only=True, value={"arm": "b"})
READING = OpenApiExample("Confirm", request_only=True, value={"value": "004217", "unit": "kWh"})
TURN_IN_PROGRESS = OpenApiExample(
    "One answer at a time",
    value={
        "type": "urn:intelliwiz:problem:turn_in_progress",
        "title": "Conflict",
        "status": 409,
        "detail": "an answer of this session is still being worked on",
        "code": "turn_in_progress",
        "user_message": "Your last answer is still being worked on. Please wait for the next question.",
        "retryable": True,
        "next_actions": ["wait_for_task", "poll_task"],
        "correlation_id": "4c8b188dea144fbca0495811adb57283",
        "task_id": _TASK,
        "retry_after": 1,
    },
)
