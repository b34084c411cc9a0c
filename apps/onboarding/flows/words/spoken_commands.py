"""Universal commands as the speech grammar listens for them."""

SPOKEN_COMMANDS = (
    "skip", "skip this", "skip this question", "next question", "i don't know", "not sure",
    "back", "go back", "previous question",
    "repeat", "repeat that", "say that again", "pardon",
    "why", "why do you ask", "explain", "what do you mean",
    "cancel", "cancel everything", "stop",
    "human", "person", "i want to talk to a person", "talk to a person", "talk to a human", "i need help",
    "propose now", "that is all", "that's all", "more questions",
)  # fmt: skip
