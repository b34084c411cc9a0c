"""scrubadub with the detectors that it has switched on by itself. Runs in an environment of its own."""

from __future__ import annotations

from scripts.pii_evaluation.children.serving import Finder, Found, serve

KINDS = {
    "email": "EMAIL", "phone": "PHONE", "credit_card": "CARD", "social_security_number": "SSN", "name": "NAME",
    "credential": "SECRET",
}  # fmt: skip


def load() -> tuple[str, Finder]:
    import scrubadub  # type: ignore[import-not-found]  # installed by the bench, in an environment of its own

    scrubber = scrubadub.Scrubber()

    def find(text: str, *_: str) -> Found:
        return [
            (filth.beg, filth.end, KINDS.get(filth.type, "URL"))
            for found in scrubber.iter_filth(text)
            for filth in getattr(found, "filths", [found])
        ]

    find("my name is Asha Menon, +91 98450 12345")
    return f"scrubadub {scrubadub.__version__}", find


if __name__ == "__main__":
    serve(load)
