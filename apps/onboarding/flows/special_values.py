"""Values of the engine's own choices: what a client sends back when a person picks one of its buttons."""

CANCEL, KEEP = "cancel", "keep"
HAND_OFF, CONTINUE, SKIP = "hand_off", "continue", "skip"
PROPOSE, MORE_QUESTIONS = "propose", "more_questions"
RESUME = "resume"

ALL = frozenset({CANCEL, KEEP, HAND_OFF, CONTINUE, SKIP, PROPOSE, MORE_QUESTIONS, RESUME})
