"""Which benches there are, and the command line of scripts/bench."""

from pathlib import Path

import pytest

from scripts.benches import command, registry, subjects
from scripts.benches.bed import Bed
from scripts.benches.results import CannotMeasure, Result, Row
from scripts.benches.talker import ANSWERS

NEW = """
from scripts.benches.registry import Bench
from scripts.benches.results import CannotMeasure, Result, Row

def run(bed):
    bed.say("working")
    return Result(name="echo", title="an echo", rows=(Row(measure="echo", ours=1.5, unit="ms", samples=3),))

BENCH = Bench(summary="answers at once", run=run)
"""


@pytest.fixture
def more_subjects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose files are benches too."""
    monkeypatch.setattr(subjects, "__path__", [*subjects.__path__, str(tmp_path)])
    return tmp_path


def test_the_benches_of_the_product_are_known_and_say_what_they_measure() -> None:
    assert {"turn", "memory", "start"} <= set(registry.names())
    assert all(registry.load(name).summary for name in registry.names())


def test_a_new_file_is_a_new_bench(more_subjects: Path) -> None:
    (more_subjects / "echo.py").write_text(NEW)
    assert "echo" in registry.names()
    assert registry.load("echo").summary == "answers at once"


def test_an_unknown_bench_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.parse(["nonsense"])
    assert ended.value.code == 2
    assert "no bench named nonsense; there are" in capsys.readouterr().err


def test_without_names_everything_is_measured_and_a_name_counts_once() -> None:
    assert command.parse([]).names == registry.names()
    chosen = command.parse(["turn", "turn", "--json"])
    assert (chosen.names, chosen.json) == (["turn"], True)


def test_a_measured_bench_is_printed_and_ends_well(
    more_subjects: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (more_subjects / "echo.py").write_text(NEW)
    assert command.main(["echo"]) == 0
    shown = capsys.readouterr()
    assert "echo: an echo" in shown.out
    assert "working" in shown.err


def test_json_is_one_document_on_standard_output(
    more_subjects: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import json

    (more_subjects / "echo.py").write_text(NEW)
    assert command.main(["echo", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["benches"][0]["rows"][0]["ours"] == 1.5


def test_what_cannot_be_measured_is_said_and_fails(
    more_subjects: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failing = NEW.replace('bed.say("working")', 'raise CannotMeasure("no Linux here")')
    (more_subjects / "broken.py").write_text(failing)
    assert command.main(["broken"]) == 1
    assert "broken could not be measured: no Linux here" in capsys.readouterr().err


def test_a_bed_that_was_not_used_has_nothing_to_stop(tmp_path: Path) -> None:
    Bed(tmp_path).close()
    assert list(tmp_path.iterdir()) == []


def test_every_answer_of_the_talker_is_understood_at_once() -> None:
    """A turn is only measured where the conversation proceeds."""
    from apps.onboarding.flows import dialogue
    from apps.onboarding.flows.definition import Flow, load_flow
    from apps.onboarding.flows.understanding import understand

    facts = {"[REDACTED_NAME]": True, "[REDACTED_PHONE]": True}
    personal = {"emergency_contact_name": "[REDACTED_NAME]", "emergency_contact_phone": "[REDACTED_PHONE]"}
    flow = Flow.from_definition(load_flow())
    step = dialogue.open_dialogue(flow, "en")
    asked = []
    while (slot := step.state.current) is not None:
        asked.append(slot)
        commands = understand(flow, step.state, personal.get(slot, ANSWERS[slot]), "en", facts=facts)
        step = dialogue.apply(flow, step.state, commands, "en")
        assert step.state.current != slot, f"{slot} is asked again: {step.reply.text}"
    assert len(asked) >= 15


def test_results_say_why_they_could_not_be_had() -> None:
    assert str(CannotMeasure("the floor worker does not answer")) == "the floor worker does not answer"
    assert Result(name="x", title="x", rows=(Row(measure="m", ours=1, unit="s", samples=1),)).to_json()[
        "rows"
    ]
