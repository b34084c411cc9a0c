"""The doors of the conversation: answers, choices, corrections, decisions."""

from __future__ import annotations

from scripts.pii_canaries.carriers import sentence, sentences
from scripts.pii_canaries.visitor import ANSWERS, Visitor


def open_session(visitor: Visitor) -> None:
    """Everything but the contact is answered."""
    visitor.say(language="en")
    visitor.patch(ANSWERS)


def answer_questions(visitor: Visitor) -> None:
    """Name and telephone as answers to the questions for them: known to the session."""
    aviary = visitor.aviary
    visitor.say(text=visitor.knows(aviary.take("NAME", "conversation, asked")))
    visitor.say(text=visitor.knows(aviary.take("PHONE", "conversation, asked")))


def correct(visitor: Visitor) -> None:
    """The e-mail address and notes by form; then questions that do not exist, and forms that are refused."""
    take = visitor.aviary.take
    email = visitor.knows(take("EMAIL", "corrections, asked"))
    notes = sentences(visitor.aviary.several(8, "corrections"), visitor.aviary)
    visitor.patch({"emergency_contact_email": email, "notes": notes})
    one, two = visitor.aviary.several(2, "corrections, refused")
    visitor.patch({one.value: two.value}, expect=400)
    visitor.patch({"floors": take("PHONE", "corrections, refused").value}, expect=400)
    visitor.calls.call(
        "PATCH",
        visitor.path,
        expect=428,
        json={"collected_data": {"notes": take("NAME", "corrections, refused").value}},
    )
    visitor.calls.call(
        "PATCH", visitor.path, expect=412,
        headers={"If-Match": f'"{take("EMAIL", "corrections, refused").value}"'},
        json={"collected_data": {"notes": take("NAME", "corrections, refused").value}},
    )  # fmt: skip


def talk_freely(visitor: Visitor) -> None:
    """Free text that nobody asked for, in any language; and again what the session knows."""
    aviary = visitor.aviary
    again = " and ".join(one.value for one in visitor.known)
    visitor.say(text=f"{sentences(aviary.several(18, 'conversation, free'), aviary)} As I said: {again}")
    for _ in range(2):
        visitor.say(
            text=sentence(
                aviary.take(aviary.choose(("NAME", "EMAIL", "PHONE")), "conversation, free"), aviary
            )
        )


def choose(visitor: Visitor) -> None:
    """Values of choices: text, lists, dictionaries with personal keys, numbers. A personal question refuses lists."""
    one, two, three, four, five = visitor.aviary.several(5, "choices")
    visitor.say(choice=sentence(one, visitor.aviary))
    visitor.say(
        expect=None, choice=[sentence(two, visitor.aviary), {"full_name": sentence(three, visitor.aviary)}]
    )
    visitor.say(
        expect=None, choice={sentence(four, visitor.aviary): 1, "note": [sentence(five, visitor.aviary)]}
    )


def decide(visitor: Visitor) -> None:
    """A proposal is amended, rejected, made anew and approved, each with a reason that tells too much."""
    aviary, call = visitor.aviary, visitor.calls.call
    visitor.say(choice="propose")
    found = call("GET", visitor.path).json()["recommendation_id"]
    if found is None:
        visitor.calls.unexpected.append("no proposal was made")
        return
    name, phone = aviary.take("NAME", "amendments, asked"), aviary.take("PHONE", "amendments, asked")
    contact = {"name": visitor.knows(name), "role": "manager", "phone": visitor.knows(phone), "email": ""}
    body = {
        "decision": "amend",
        "reason": sentences(aviary.several(3, "approval reasons"), aviary),
        "changes": {
            "contacts": {"second": contact},
            "posts": {"gate-1": {"name": sentence(aviary.take("NAME", "amendments"), aviary)}},
        },
    }
    amended = call("POST", f"/api/v1/onboarding/approve/{found}/", json=body)
    following = amended.json().get("next_recommendation_id")
    wrong = {"decision": sentence(aviary.take("NAME", "approvals, refused"), aviary), "reason": 7}
    call("POST", f"/api/v1/onboarding/approve/{following or found}/", expect=400, json=wrong)
    reason = f"{sentences(aviary.several(2, 'approval reasons'), aviary)} {visitor.known[0].value}"
    call(
        "POST",
        f"/api/v1/onboarding/approve/{following or found}/",
        who="admin",
        json={"decision": "approve", "reason": reason},
    )


def speak(visitor: Visitor, recording: bytes) -> None:
    """A recording whose name tells who speaks."""
    name = visitor.aviary.take("NAME", "file names")
    visitor.calls.call(
        "POST", "/api/v1/onboarding/conversation/", headers={"Prefer": "wait=25"},
        data={"session_id": visitor.session}, files={"audio": (f"{name.value}.wav", recording)},
    )  # fmt: skip


def look(visitor: Visitor) -> None:
    """Everything that can be read of the session."""
    call = visitor.calls.call
    call("GET", visitor.path)
    call("GET", f"{visitor.path}events/")
    call("GET", f"{visitor.path}recommendations/")
