"""The demo, told to a running stack."""

import io

import pytest

from apps.onboarding_api.tests.running_stack import RunningStack
from scripts.demo_story import story
from scripts.demo_story.screen import Screen
from scripts.demo_story.steps import STEPS


@pytest.mark.stack
@pytest.mark.slow
def test_the_demo_tells_a_complete_onboarding(stack: RunningStack) -> None:
    output = io.StringIO()
    code = story.tell(url=stack.url, password="demo-password", screen=Screen(output=output), steps=STEPS)
    assert code == 0, output.getvalue()
    assert f"All {len(STEPS)} steps held" in output.getvalue()
