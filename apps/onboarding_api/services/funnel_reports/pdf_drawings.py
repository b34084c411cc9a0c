"""Bars and the trend, out of the HTML's own table cells and SVG."""

from __future__ import annotations

from collections.abc import Callable

from reportlab.graphics.shapes import Circle, Drawing, Polygon, PolyLine, Rect, Shape, String
from reportlab.lib.colors import Color, HexColor

from apps.onboarding_api.services.funnel_reports import pdf_fonts
from apps.onboarding_api.services.funnel_reports.markup import Node

POINTS = 0.75
"""Of a pixel."""
_BAR_HEIGHT = 8.0
_ANCHORS = {"start": "start", "middle": "middle", "end": "end"}
_CORNERS = 3
"""The fewest that enclose anything."""


def is_bar(table: Node) -> bool:
    """A table without words, whose cells are coloured: how mail programs are given a bar."""
    return not table.text and any("background" in node.style for node in table.walk())


def bar(table: Node) -> Drawing:
    """Its cells side by side, each as wide as it says."""
    width = pixels(table.style.get("width", "")) or 120.0
    drawn = Drawing(width, _BAR_HEIGHT)
    at = 0.0
    for cell in (node for node in table.walk() if node.tag == "td"):
        part = width * float(cell.style.get("width", "0%").rstrip("%")) / 100
        drawn.add(_plain(Rect(at, 0, part, _BAR_HEIGHT), fill=cell.style.get("background", "none")))
        at += part
    return drawn


def svg(node: Node) -> Drawing:
    """Shapes of the kinds that the report's chart has; others are passed over."""
    height = float(node.attributes["height"])
    drawn = Drawing(float(node.attributes["width"]), height)
    for one in node.elements:
        shape = _SHAPES[one.tag](one, height) if one.tag in _SHAPES else None
        if shape is not None:
            drawn.add(shape)
    return drawn


def pixels(text: str) -> float | None:
    """A length in pixels as points; None where it is no such length."""
    number = text.removesuffix("px")
    return float(number) * POINTS if number != text and number.replace(".", "", 1).isdigit() else None


def colour(text: str) -> Color | None:
    return HexColor(text) if text.startswith("#") else None


def _polygon(node: Node, height: float) -> Shape | None:
    points = _points(node, height)
    return _plain(Polygon(points), fill=node.attributes["fill"]) if len(points) >= 2 * _CORNERS else None


def _line(node: Node, height: float) -> Shape | None:
    points = _points(node, height)
    if not points:
        return None
    width = float(node.attributes.get("stroke-width", 1))
    return PolyLine(points, strokeColor=colour(node.attributes["stroke"]), strokeWidth=width)


def _circle(node: Node, height: float) -> Shape:
    x, y, radius = (float(node.attributes[name]) for name in ("cx", "cy", "r"))
    return _plain(Circle(x, height - y, radius), fill=node.attributes["fill"])


def _words(node: Node, height: float) -> Shape:
    given = node.attributes
    return String(
        float(given["x"]),
        height - float(given["y"]),
        pdf_fonts.plain(node.text),
        fontName=pdf_fonts.NORMAL,
        fontSize=float(given.get("font-size", 10)),
        fillColor=colour(given.get("fill", "#000000")),
        textAnchor=_ANCHORS[given.get("text-anchor", "start")],
    )


def _points(node: Node, height: float) -> list[float]:
    """x and y by turns; a PDF counts from below."""
    found: list[float] = []
    for pair in node.attributes["points"].split():
        x, y = pair.split(",")
        found += [float(x), height - float(y)]
    return found


def _plain(shape: Shape, *, fill: str) -> Shape:
    """Filled, without a border."""
    shape.fillColor, shape.strokeColor, shape.strokeWidth = colour(fill), None, 0
    return shape


_SHAPES: dict[str, Callable[[Node, float], Shape | None]] = {
    "polygon": _polygon,
    "polyline": _line,
    "circle": _circle,
    "text": _words,
}
