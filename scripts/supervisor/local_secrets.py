"""The secrets of a local copy, made once and kept beside its data."""

import base64
import secrets
from pathlib import Path

from scripts.supervisor import env_file
from scripts.supervisor.errors import CannotGoOn
from scripts.supervisor.layout import Layout

HEADING = "Made once for this DATA_DIR. Without SEALING_KEYS the sealed personal data in it cannot be read."


def ensure(layout: Layout) -> dict[str, str]:
    """Return the kept secrets and make the missing ones.

    SEALING_KEYS is `keyid:urlsafe-base64 of 32 bytes`, comma-separated, the first one seals. Raises
    CannotGoOn where sealed data exists without the file, because new keys would make that data unreadable
    in silence.
    """
    kept = env_file.read(layout.secrets)
    if "SEALING_KEYS" not in kept and _has_data(layout.postgres):
        raise CannotGoOn(
            f"{layout.secrets} is missing or has no SEALING_KEYS, but {layout.postgres} holds data sealed"
            " with them:"
            " put the file back, or remove the whole DATA_DIR."
        )
    made = {
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
        "SEALING_KEYS": f"k1:{base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}",
    }
    complete = {**made, **kept}
    if complete != kept:
        env_file.write(layout.secrets, complete, heading=HEADING)
    layout.secrets.chmod(0o600)
    return complete


def _has_data(postgres: Path) -> bool:
    return (postgres / "PG_VERSION").exists()
