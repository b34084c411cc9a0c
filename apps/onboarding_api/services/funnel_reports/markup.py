"""The report's HTML as a tree: enough of HTML for what our own template writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_EMPTY = frozenset({"br", "meta", "hr", "img"})
"""Elements that never have an end tag."""
_SPACE = " \t\r\n\f"


@dataclass
class Node:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    @property
    def elements(self) -> list[Node]:
        return [child for child in self.children if isinstance(child, Node)]

    @property
    def style(self) -> dict[str, str]:
        """The declarations of the `style` attribute."""
        pairs = (one.partition(":") for one in self.attributes.get("style", "").split(";"))
        return {name.strip(): value.strip() for name, colon, value in pairs if colon}

    @property
    def text(self) -> str:
        """All words inside, spaces as a browser shows them."""
        return collapsed(
            " ".join(child if isinstance(child, str) else child.text for child in self.children)
        ).strip()

    def walk(self) -> Iterator[Node]:
        """This one and all inside, in order."""
        yield self
        for child in self.elements:
            yield from child.walk()


def collapsed(text: str) -> str:
    """Runs of spaces and line ends as one space; no-break spaces stay."""
    words = text.translate(dict.fromkeys(map(ord, _SPACE), " ")).split(" ")
    inner = " ".join(word for word in words if word)
    if not inner:
        return " " if text else ""
    return f"{' ' * (text[0] in _SPACE)}{inner}{' ' * (text[-1] in _SPACE)}"


def read(html: str) -> Node:
    """The body's tree, or that of all where there is no body."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return next((node for node in reader.root.walk() if node.tag == "body"), reader.root)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in _EMPTY:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)
