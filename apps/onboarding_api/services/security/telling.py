"""One line in the log for each decision that was not a plain "yes"."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from apps.onboarding_api.services.security.decisions import Decision, Limit

logger = logging.getLogger("security")
_LETTERS = bytes.maketrans(b"0123456789abcdef", b"ghijklmnopabcdef")
_SHOWN = 6


def tell(decision: Decision, *, limits: Sequence[Limit], who: str, critical: bool) -> None:
    """Fields in the form name=value; the correlation id stands on the line already. `who` is a keyed hash."""
    logger.log(
        logging.INFO if decision.allowed else logging.WARNING,
        "rate limit: decision=%s mode=%s limits=%s violated=%s retry_after=%s critical=%s who=%s",
        "allowed" if decision.allowed else "refused",
        decision.mode,
        ",".join(one.policy for one in limits),
        ",".join(decision.violated) or "-",
        "-" if decision.retry_after is None else decision.retry_after,
        "yes" if critical else "no",
        who,
    )


def letters(digest: bytes) -> str:
    """The beginning of a digest, such as `k_ehobaoeampdd`, in a form that the scrubbing of logs lets stand.

    Digits in a row would be taken for somebody's number, letters alone for somebody's name.
    """
    return "k_" + digest[:_SHOWN].hex().encode().translate(_LETTERS).decode()
