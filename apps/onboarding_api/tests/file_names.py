"""Names that try to be paths, made by rule: ways to write a dot and a slash, depths, targets, beginnings and ends."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

DOTS = (".", "%2e", "%252e", "%25252e", "%c0%ae", "%e0%40%ae", "%c0%2e", "\uff0e", "\u2024", "..", "\u2025")
SLASHES = (
    "/", "\\", "%2f", "%5c", "%252f", "%255c", "%25252f", "%c0%af", "%c1%9c", "%e0%80%af", "\u2215", "\uff0f",
    "\uff3c", "//", "\\/", "/./", "%2f%2e%2f", "%bg%qf", "..;/",
)  # fmt: skip
TARGETS = (
    "etc/passwd",
    "boot.ini",
    "windows/win.ini",
    "var/www/html/x.php",
    "app/settings.py",
    "media/scene/x",
)
STARTS = ("", "/", "\\", "C:\\", "file:///", "\\\\host\\share\\", "~/", "./", "photos/", "%00", "....//")
ENDS = (
    ".jpg",
    "%00.jpg",
    "\x00.jpg",
    ".jpg%00",
    ".jpg/",
    ".jpg/.",
    ".php.jpg",
    ".jpg\n",
    ".jpg ",
    "::$DATA.jpg",
)


def traversals() -> Iterator[str]:
    """About 15,000, each once, always the same ones in the same order."""
    for dot, slash, target, depth in product(DOTS, SLASHES, TARGETS, (1, 3, 8)):
        yield (dot * 2 + slash) * depth + target.replace("/", slash) + ".jpg"
    for start, slash, target, end in product(STARTS, SLASHES, TARGETS, ENDS):
        yield start + ".." + slash + target + end


def some(count: int, *, seed: int = 7) -> list[str]:
    """Some of them, and the oddest of all."""
    odd = [
        "..", ".", "...", "CON.jpg", "nul.jpg", "-rf.jpg", "a|b;c.jpg", "$(id).jpg", "`id`.jpg", "\u202egpj.jpg",
        "'; DROP TABLE x;--.jpg", "x" * 255 + ".jpg", "\U0001f4f7.jpg", " .jpg", ".jpg", "..jpg", "a" * 5_000,
    ]  # fmt: skip
    every = list(dict.fromkeys(traversals()))
    return odd + random.Random(seed).sample(every, count)
