"""The chapters, in their order."""

from scripts.demo_story.steps.applying import apply_it, revert_it
from scripts.demo_story.steps.correcting import correct_by_form
from scripts.demo_story.steps.deciding import amend, approve, refuse_own, spoil
from scripts.demo_story.steps.evidence import send_files, show_document, show_meter, show_register, show_scene
from scripts.demo_story.steps.opening import open_session, sign_in
from scripts.demo_story.steps.proposing import ask_for_more, propose, show_objections
from scripts.demo_story.steps.streaming import stream_log
from scripts.demo_story.steps.talking import (
    answer_unclearly,
    answer_with_words,
    ask_why,
    correct_in_words,
    finish_required,
    speak,
)
from scripts.demo_story.story import Step

STEPS: tuple[Step, ...] = (
    sign_in,
    open_session,
    send_files,
    answer_with_words,
    ask_why,
    answer_unclearly,
    correct_in_words,
    finish_required,
    speak,
    correct_by_form,
    show_scene,
    show_meter,
    show_register,
    show_document,
    ask_for_more,
    propose,
    show_objections,
    spoil,
    amend,
    refuse_own,
    approve,
    apply_it,
    stream_log,
    revert_it,
)
