"""Who goes through which door, until the values are used up."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.pii_canaries import administering, dying, filing, misusing, talking
from scripts.pii_canaries.target import Target
from scripts.pii_canaries.values import Aviary
from scripts.pii_canaries.visitor import Calls, Visitor, calling
from scripts.supervisor.layout import ROOT

_AT_ONCE = 3
_RECORDING = ROOT / "apps/onboarding_api/tests/media/voice_phone.wav"
_PHOTOGRAPHERS = 3
_SHARE_OF_VISITS = 0.9
Say = Callable[[str], None]


def push(target: Target, aviary: Aviary, *, say: Say) -> tuple[Calls, list[tuple[str, str]]]:
    """Everything through every door; the calls, and the admin's pages as they stood at the end."""
    pages = administering.Pages(target)
    with calling(target) as calls:
        _visit(calls, aviary, say=say, until=_SHARE_OF_VISITS * aviary.most)
        say(f"{len(aviary.taken)} values pushed, {calls.sent} requests; now tasks die")
        last = [Visitor(calls, aviary) for _ in range(2)]
        for visitor in last:
            talking.open_session(visitor)
            talking.answer_questions(visitor)
        dying.lose_files(last)
        count = max(4, aviary.most // 250)
        dying.capture_foreign_tasks(last[0], count)
        dying.handle_dead_letters(calls, last[0], wanted=count + 2)
        pages.sign_in(aviary)
        pages.search(aviary)
        pages.discard(aviary)
        _visit(calls, aviary, say=say, until=aviary.most)
        say("Reading the pages of the admin")
        pages.read(rows_of_each=2)
    pages.close()
    return calls, pages.seen


def _visit(calls: Calls, aviary: Aviary, *, say: Say, until: float) -> None:
    recording = Path(_RECORDING).read_bytes()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        number = 0
        while len(aviary.taken) < until:
            batch = range(number, number + _AT_ONCE)
            number += _AT_ONCE
            list(pool.map(lambda n: _one(Visitor(calls, aviary), n, recording), batch))
            if number % (5 * _AT_ONCE) == 0:
                say(f"{number} sessions, {len(aviary.taken)} values, {calls.sent} requests")


def _one(visitor: Visitor, number: int, recording: bytes) -> None:
    """One person's visit. What is slow or is no different the next time is done by some of them only."""
    talking.open_session(visitor)
    talking.answer_questions(visitor)
    talking.correct(visitor)
    talking.talk_freely(visitor)
    talking.choose(visitor)
    filing.send_documents(visitor)
    misusing.send_bad_bodies(visitor)
    misusing.ask_wrong_addresses(visitor)
    if number % 2 == 0:
        filing.send_office_files(visitor)
    if number % 3 == 0:
        decider = Visitor(visitor.calls, visitor.aviary)
        talking.open_session(decider)
        talking.answer_questions(decider)
        # A number that does not dial from here is no answer, and without one nothing is proposed.
        decider.patch({"emergency_contact_name": "Meera Nair", "emergency_contact_phone": "+91 98450 00000"})
        talking.decide(decider)
    if number % 4 == 0:
        filing.send_broken_files(visitor)
        filing.send_wrong_files(visitor)
        misusing.send_odd_headers(visitor)
        misusing.sign_in_wrongly(visitor)
        misusing.read_dead_letters_wrongly(visitor)
    if number < _PHOTOGRAPHERS:
        filing.send_photos(visitor)
        talking.speak(visitor, recording)
    talking.look(visitor)


def push_few(target: Target, aviary: Aviary) -> Calls:
    """The short form, in a product that others use as well: nothing is done to what others made."""
    with calling(target) as calls:
        visitor = Visitor(calls, aviary)
        talking.open_session(visitor)
        talking.answer_questions(visitor)
        talking.correct(visitor)
        talking.talk_freely(visitor)
        talking.choose(visitor)
        filing.send_documents(visitor)
        filing.send_broken_files(visitor)
        misusing.send_bad_bodies(visitor)
        misusing.ask_wrong_addresses(visitor)
        misusing.send_odd_headers(visitor)
        misusing.sign_in_wrongly(visitor)
        misusing.read_dead_letters_wrongly(visitor)
        dying.capture_foreign_tasks(visitor, 5)
        talking.look(visitor)
        calls.call("GET", "/api/v1/admin/dlq/tasks/?limit=20", who="admin", expect=200)
    return calls
