"""What the demo's steps stand on: the screen, the reading of streams and problems, the way a story ends."""

import io

import httpx
import pytest

from scripts.demo_story import api, media, story
from scripts.demo_story.failure import StepFailed, require
from scripts.demo_story.screen import Screen
from scripts.demo_story.steps import STEPS
from scripts.demo_story.steps.evidence import cells
from scripts.demo_story.steps.proposing import SECTIONS, require_reasons


def told(*steps: story.Step, colour: bool = False) -> tuple[int, str]:
    output = io.StringIO()
    screen = Screen(width=70, colour=colour, output=output)
    code = story.tell(url="http://127.0.0.1:1", password="none", screen=screen, steps=steps)
    return code, output.getvalue()


def fine(scene: story.Story) -> None:
    """A step that holds"""
    scene.screen.platform("one two three " * 12)


def broken(scene: story.Story) -> None:
    """A step that does not hold"""
    require(False, "two and two should be four")


def shapeless(scene: story.Story) -> None:
    """A step that gets another answer"""
    answer: dict[str, str] = {}
    require(answer["reply"], "never reached")


def test_a_story_whose_steps_hold_ends_with_zero() -> None:
    code, text = told(fine, fine)
    assert code == 0
    assert "2. A step that holds" in text
    assert "All 2 steps held" in text


def test_a_step_that_does_not_hold_is_named_and_ends_the_story() -> None:
    code, text = told(fine, broken, fine)
    assert code == 1
    assert "FAILED in step 2 (A step that does not hold): two and two should be four" in text
    assert "3." not in text


def test_an_answer_of_another_shape_is_a_failed_step_and_no_traceback() -> None:
    code, text = told(shapeless)
    assert code == 1
    assert (
        "FAILED in step 1 (A step that gets another answer): an answer had another shape: KeyError('reply')"
        in text
    )


def test_long_lines_are_wrapped_and_indented() -> None:
    lines = [line for line in told(fine)[1].splitlines() if "one two" in line]
    assert len(lines) > 1
    assert max(map(len, lines)) <= 70
    assert all(line.startswith("           ") for line in lines[1:])


def test_colours_are_only_used_where_they_are_wanted() -> None:
    assert "\033[" not in told(fine)[1]
    assert "\033[" in told(fine, colour=True)[1]
    assert Screen.of_terminal({})._colour is False  # the test's output is no terminal


def test_an_unreachable_product_is_said_in_one_line() -> None:
    code, text = told(STEPS[0])
    assert code == 1
    assert "does not answer" in text
    assert "Is scripts/run running?" in text


def test_every_step_has_a_heading_of_its_own() -> None:
    headings = [story.heading(step) for step in STEPS]
    assert len(set(headings)) == len(headings)
    assert all(10 < len(heading) < 100 for heading in headings)


def test_two_tellings_use_different_sites() -> None:
    names = {story.Story(screen=Screen(), url="", password="").site_name for _ in range(20)}
    assert len(names) > 10


def test_stream_frames_are_read_and_heartbeats_are_passed_over() -> None:
    lines = [
        "retry: 2000",
        "",
        ": heartbeat",
        "",
        "id: 4",
        "event: answer_set",
        'data: {"a":',
        "data: 1}",
        "",
        "id: 5",
    ]
    assert list(api.frames(iter(lines))) == [{"id": "4", "event": "answer_set", "data": '{"a":\n1}'}]


def test_a_problem_is_explained_by_its_code_and_detail() -> None:
    problem = {"code": "invalid_input", "detail": "no such unit", "errors": [{"pointer": "/area"}]}
    assert (
        api.explain(httpx.Response(400, json=problem))
        == "400 invalid_input: no such unit [{'pointer': '/area'}]"
    )
    assert api.explain(httpx.Response(502, text="<html>Bad gateway")) == "502 <html>Bad gateway"


def test_a_part_without_a_reason_is_noticed() -> None:
    proposal: dict[str, list[dict[str, str]]] = {section: [] for section in SECTIONS}
    proposal["posts"] = [{"name": "Gate"}, {"name": "Desk"}]
    require_reasons(
        {"proposal": proposal, "evidence": [{"path": "/posts/0", "paths": ["/posts/0", "/posts/1"]}]}
    )
    with pytest.raises(StepFailed, match=r"/posts/1 \(Desk\) should have a reason"):
        require_reasons({"proposal": proposal, "evidence": [{"path": "/posts/0"}]})


def test_register_rows_are_printed_whichever_way_they_are_written() -> None:
    assert cells([{"text": "08:10"}, "Gate 1"]) == ["08:10", "Gate 1"]
    assert cells({"cells": ["08:10", "Gate 1"]}) == ["08:10", "Gate 1"]
    assert cells({"time": "08:10", "place": "Gate 1"}) == ["08:10", "Gate 1"]


def test_the_files_of_the_story_are_there() -> None:
    samples = (media.VOICE, media.SCENE, media.METER, media.REGISTER, media.DOCUMENT)
    assert [sample.path.name for sample in samples if not sample.path.is_file()] == []
