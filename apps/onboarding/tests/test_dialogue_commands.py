"""The closed set of commands: how they are said, and how they travel as JSON."""

# ruff: noqa: E501 - tables of utterances read better in full lines

from typing import Any

import jsonschema
import pytest

from apps.onboarding.flows import command_phrases
from apps.onboarding.flows.commands import (
    Back,
    Cancel,
    CannotHandle,
    Command,
    CorrectSlot,
    Explain,
    HandOff,
    MoreQuestions,
    Propose,
    Repeat,
    SetSlot,
    Skip,
    commands_schema,
    from_json,
    to_json,
)
from apps.onboarding.flows.errors import CommandInvalid
from apps.onboarding.flows.grammar import Choice
from apps.onboarding.tests.flow_support import flow, slot

PHRASES: dict[str, tuple[Command, list[str]]] = {
    "skip": (Skip(), ["skip", "please skip this question", "Skip it.", "next", "next question please", "I don't know", "i dont know", "no idea", "not sure", "I'm not sure about that", "pass", "move on", "let's move on", "later", "I'd rather not say", "can we skip this one?", "ask me later", "I don't have that information", "leave it blank", "I have no idea", "not decided yet", "I'll tell you later", "पता नहीं", "मुझे नहीं पता", "छोड़ो", "इसे छोड़ दो", "अगला सवाल", "आगे बढ़ो", "chhodo", "skip karo", "pata nahi", "mujhe nahi pata", "aage badho", "baad mein", "we don't know yet"]),
    "back": (Back(), ["back", "go back", "please go back", "can we go back?", "previous question", "go to the previous question", "take me back", "I want to go back", "undo", "that was wrong", "I made a mistake", "let me change my last answer", "पीछे जाओ", "वापस", "पिछला सवाल", "peeche jao", "wapas jao", "pichla sawal", "one step back", "go back one question"]),
    "repeat": (Repeat(), ["repeat", "repeat that please", "say that again", "can you say that again?", "pardon", "come again?", "sorry, what?", "what did you say?", "I didn't catch that", "once more please", "could you repeat the question", "फिर से बोलो", "दोबारा", "क्या कहा", "phir se bolo", "dobara", "kya kaha", "ek baar phir", "what was the question?", "I didn't hear you"]),
    "explain": (Explain(), ["why", "why?", "why do you ask", "why do you need this?", "why do you want to know that", "what do you mean?", "explain", "what does that mean", "what is this for?", "help", "I don't understand", "give me an example", "what should I say?", "क्यों", "क्यों पूछ रहे हो", "मतलब?", "समझ नहीं आया", "kyun", "kyon chahiye", "iska kya matlab hai", "samajh nahi aaya", "what for", "why is that important?", "I don't understand the question"]),
    "cancel": (Cancel(), ["cancel", "cancel everything", "please cancel the onboarding", "stop", "quit", "I want to quit", "abort", "forget it", "I give up", "रद्द करो", "सब रद्द कर दो", "cancel karo", "sab band karo", "exit", "end the session", "I don't want to continue"]),
    "hand_off": (HandOff(), ["human", "agent", "I want to talk to a person", "talk to a human", "can I speak to someone?", "let me talk to your manager", "connect me to an agent", "I need a human", "real person please", "I want to speak with a real person", "is there someone I can talk to?", "transfer me to customer care", "hand me over to a person", "I don't want to talk to a bot", "मुझे किसी इंसान से बात करनी है", "किसी व्यक्ति से बात कराओ", "kisi insaan se baat karni hai", "mujhe kisi se baat karni hai", "get me a human", "could somebody call me?", "I would like to speak to a representative"]),
    "propose": (Propose(), ["that's all", "that's all, propose now", "propose now", "start proposal", "start the proposal", "make a proposal", "I'm done", "done", "we are done", "show me the proposal", "go ahead and propose", "no more questions", "finish", "that's it", "प्रस्ताव बनाओ", "बस", "prastav banao", "bas itna hi", "please propose a configuration", "generate the recommendations", "enough questions"]),
    "more": (MoreQuestions(), ["more questions", "a few more questions", "ask me more questions", "continue", "carry on", "go on", "keep going", "और सवाल पूछो", "aur sawal", "ask more", "let's continue", "few more questions please"]),
}  # fmt: skip


@pytest.mark.parametrize("name", PHRASES)
def test_universal_commands_are_recognised_in_many_words(name: str) -> None:
    command, texts = PHRASES[name]
    assert {text: command_phrases.recognise(text, "en") for text in texts} == dict.fromkeys(texts, command)


@pytest.mark.parametrize(
    "text",
    ["5", "Ramesh Kumar", "Green Valley Tower", "Back Office", "yes", "no", "9 to 6", "three shifts", "call the supervisor", "Human Resources building", "the agent's office in Pune", "Why Not Cafe Tower 12, near the old bus stand, opposite the city mall, on the main road", "2 lifts", "people", "Please use gate 2 after 8 pm", "talk to Ramesh", "12 MG Road", "no gas", "next to the station", "stop and shop mall", "done deal towers", "help desk at gate 3", "nothing", "everything", "all of them", "हाँ", "नहीं", "पुणे"],
)  # fmt: skip
def test_answers_are_not_mistaken_for_commands(text: str) -> None:
    assert command_phrases.recognise(text, "en") is None


COMMANDS: list[Command] = [
    SetSlot(slot="floors", value=5),
    CorrectSlot(slot="area", value={"value": 2000, "unit": "sq_m"}),
    Skip(),
    Back(),
    Back(slot="floors"),
    Repeat(),
    Explain(),
    Cancel(),
    Cancel(confirmed=True),
    HandOff(),
    Propose(),
    MoreQuestions(),
    CannotHandle(reason="what?"),
    CannotHandle(reason="which?", choices=(Choice(value=5, label="5"),), slot="floors"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=repr)
def test_commands_survive_json(command: Command) -> None:
    assert from_json(to_json(command)) == command


@pytest.mark.parametrize(
    "source",
    [None, 5, "skip", [], {}, {"command": "dance"}, {"command": "skip", "slot": "x"}, {"command": "set_slot", "slot": "x"}, {"command": "set_slot", "slot": 5, "value": 1}, {"command": "set_slot", "slot": "x", "value": 1, "extra": 1}, {"command": "cancel", "confirmed": "yes"}, {"command": "cannot_handle"}, {"command": "cannot_handle", "reason": "r", "choices": [{"value": 1}]}, {"command": "cannot_handle", "reason": ""}, {"command": "back", "slot": 3}, {"command": ["skip"]}],
)  # fmt: skip
def test_anything_else_is_refused(source: Any) -> None:
    with pytest.raises(CommandInvalid):
        from_json(source)


def test_the_schema_for_a_model_admits_good_answers_and_no_others() -> None:
    schema = commands_schema(flow(), slot("floors"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    good: list[list[dict[str, Any]]] = [
        [{"command": "set_slot", "slot": "floors", "value": 5}],
        [{"command": "correct_slot", "slot": "area", "value": {"value": 2000, "unit": "sq_m"}}],
        [{"command": "skip"}],
        [{"command": "back", "slot": None}],
        [{"command": "cannot_handle", "reason": "not about the site"}],
    ]
    for commands in good:
        assert validator.is_valid({"commands": commands}), commands
        from_json(commands[0])
    bad: list[list[dict[str, Any]]] = [
        [],
        [{"command": "set_slot", "slot": "floors", "value": "five"}],
        [{"command": "set_slot", "slot": "area", "value": {"value": 2000, "unit": "sq_m"}}],
        [{"command": "set_slot", "slot": "nothing", "value": 1}],
        [{"command": "dance"}],
        [{"command": "skip", "why": "x"}],
    ]
    for commands in bad:
        assert not validator.is_valid({"commands": commands}), commands


def test_the_schema_closes_every_object() -> None:
    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if node.get("type") == "object":
                assert node["additionalProperties"] is False
                assert set(node["required"]) == set(node["properties"])
            for child in node.values():
                walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)

    walk(commands_schema(flow(), slot("assets")))
    walk(commands_schema(flow(), None))
