"""The running product as the canaries see it: where to push, and where to look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scripts.benches.product import Product
from scripts.supervisor import screen

MANAGER, ADMIN, STAFF = "manager@demo.example", "admin@demo.example", "admin@demo.example"


@dataclass(frozen=True, kw_only=True)
class Target:
    """`hold_media` and `let_media_go` stop and continue the worker that reads files."""

    url: str
    environment: dict[str, str]
    logs: tuple[Path, ...]
    """Files, and folders whose files all are logs."""
    redis_files: Path | None
    media: Path
    hold_media: Callable[[], None]
    let_media_go: Callable[[], None]
    password: str = screen.DEMO_PASSWORD

    @property
    def database_url(self) -> str:
        return self.environment["DATABASE_URL"]

    @property
    def redis_url(self) -> str:
        return self.environment["REDIS_URL"]


def of_product(product: Product, *, hold: Callable[[], None], let_go: Callable[[], None]) -> Target:
    layout = product.layout
    return Target(
        url=f"http://127.0.0.1:{product.port}",
        environment=product.environment(),
        logs=(layout.logs, layout.data.with_suffix(".log")),
        redis_files=layout.redis,
        media=layout.data / "media",
        hold_media=hold,
        let_media_go=let_go,
    )
