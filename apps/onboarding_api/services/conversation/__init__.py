"""The conversation: answers come in, are understood in a worker, and the next question goes out.

`sessions` opens them, `admission` takes an answer at the door (redacted before anything else sees it),
`processing` (loaded by workers only) understands it, `correction` changes earlier answers, `description` tells clients.
"""

from apps.onboarding_api.services.conversation.admission import Answer, submit_answer
from apps.onboarding_api.services.conversation.correction import correct_answers
from apps.onboarding_api.services.conversation.sessions import open_session

__all__ = ["Answer", "correct_answers", "open_session", "submit_answer"]
