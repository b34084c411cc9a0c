"""The conversation: answers come in, are understood in a worker, and the next question goes out.

`sessions` opens them, `admission` takes an answer at the door (redacted before anything else sees it),
`processing` understands it in a worker, `correction` changes earlier answers, `description` tells clients.
"""

from apps.onboarding_api.services.conversation.admission import Answer, submit_answer
from apps.onboarding_api.services.conversation.correction import correct_answers
from apps.onboarding_api.services.conversation.processing import fail_turn, process_step
from apps.onboarding_api.services.conversation.sessions import open_session

__all__ = ["Answer", "correct_answers", "fail_turn", "open_session", "process_step", "submit_answer"]
