"""The one error of the supervisor: a sentence for the person at the terminal."""


class CannotGoOn(Exception):
    """Carries one line that says what is wrong and what to do; printed without a traceback, exit code 1."""
