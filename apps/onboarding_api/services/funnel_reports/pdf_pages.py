"""A tree of HTML set on pages."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import quoteattr

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from apps.onboarding_api.services.funnel_reports import pdf_drawings, pdf_fonts
from apps.onboarding_api.services.funnel_reports.markup import Node, collapsed

_MARGIN = 20 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_INK, _GREY, _LINE = HexColor("#0f172a"), HexColor("#475569"), HexColor("#1d4ed8")
_BODY = ParagraphStyle(
    "body", fontName=pdf_fonts.NORMAL, fontSize=9, leading=13, textColor=_INK, spaceAfter=5
)
_HEADINGS = {
    "h1": ParagraphStyle("h1", _BODY, fontName=pdf_fonts.BOLD, fontSize=16, leading=20, spaceAfter=3),
    "h2": ParagraphStyle(
        "h2", _BODY, fontName=pdf_fonts.BOLD, fontSize=11.5, leading=15, spaceBefore=10, keepWithNext=1
    ),
}
_CELL = ParagraphStyle("cell", _BODY, fontSize=8.5, leading=11.5, spaceAfter=0)
_ITEM = ParagraphStyle("item", _BODY, leftIndent=12, bulletIndent=2, bulletFontName=pdf_fonts.NORMAL)
_INLINE = frozenset({"b", "a", "br", "span"})
_WIDEST_NAME = 0.4
"""Of the page, for a column that is not the last."""


class _Pages(BaseDocTemplate):
    """Headings are bookmarks; the foot has the title and the number of the page."""

    def __init__(self, out: io.BytesIO, *, title: str) -> None:
        super().__init__(
            out, pagesize=A4, title=title, subject=title, lang="en", displayDocTitle=True, invariant=1
        )
        frame = Frame(_MARGIN, _MARGIN, _WIDTH, A4[1] - 2 * _MARGIN, 0, 0, 0, 0)
        self._foot = title
        self.addPageTemplates(PageTemplate(frames=[frame], onPage=self._number))

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 -- the library calls it so
        level = {"h1": 0, "h2": 1}.get(getattr(getattr(flowable, "style", None), "name", ""))
        if level is not None:
            key = f"heading-{id(flowable)}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(flowable.getPlainText(), key, level)

    def _number(self, canvas: Any, _: object) -> None:
        canvas.setFont(pdf_fonts.NORMAL, 7)
        canvas.setFillColor(_GREY)
        canvas.drawString(_MARGIN, _MARGIN / 2, pdf_fonts.plain(self._foot))
        canvas.drawRightString(A4[0] - _MARGIN, _MARGIN / 2, f"Page {canvas.getPageNumber()}")


def document(body: Node, *, title: str) -> bytes:
    """The tree's words and drawings as a PDF."""
    missing = pdf_fonts.lacking(body.text)
    out = io.BytesIO()
    story = list(_blocks(body, _BODY))
    if missing:
        told = f"{len(missing)} letters of this report are in no font here and stand as {pdf_fonts.MISSING}."
        story.append(Paragraph(f"{told} The mail has them.", _BODY))
    _Pages(out, title=title).build(story)
    return out.getvalue()


def _blocks(node: Node, style: ParagraphStyle) -> Iterator[Flowable]:
    """What stands in a block: words between blocks are paragraphs of their own."""
    words: list[Node | str] = []
    for child in node.children:
        if isinstance(child, str) or child.tag in _INLINE:
            words.append(child)
            continue
        yield from _paragraph(words, style)
        words = []
        yield from _block(child, style)
    yield from _paragraph(words, style)


def _block(node: Node, style: ParagraphStyle) -> Iterator[Flowable]:
    if node.tag in _HEADINGS:
        yield from _paragraph(node.children, _HEADINGS[node.tag])
    elif node.tag == "table":
        yield from [pdf_drawings.bar(node)] if pdf_drawings.is_bar(node) else _table(node)
    elif node.tag == "svg":
        yield pdf_drawings.svg(node)
        yield Spacer(0, 4)
    elif node.tag == "ul":
        for item in node.elements:
            yield Paragraph(_marked(item.children), _ITEM, bulletText="\u2022")
    elif node.tag == "div":
        yield _beside_a_line(list(_blocks(node, style)))
        yield Spacer(0, 6)
    else:
        yield from _blocks(node, _styled(node, style))


def _styled(node: Node, style: ParagraphStyle) -> ParagraphStyle:
    """What is said in grey and small stays so."""
    given = node.style
    colour = pdf_drawings.colour(given.get("color", "")) or style.textColor
    size = pdf_drawings.pixels(given.get("font-size", "")) or style.fontSize
    size = min(size, style.fontSize)
    return ParagraphStyle(style.name, style, textColor=colour, fontSize=size, leading=size * 1.4)


def _paragraph(words: Iterable[Node | str], style: ParagraphStyle) -> Iterator[Flowable]:
    text = _marked(words).strip()
    if text:
        yield Paragraph(text, style)


def _marked(words: Iterable[Node | str]) -> str:
    """The library's own markup; only what we write here is markup in it."""
    return "".join(_inline(word) for word in words)


def _inline(word: Node | str) -> str:
    if isinstance(word, str):
        return pdf_fonts.marked(collapsed(word))
    inner = _marked(word.children)
    if word.tag == "br":
        return "<br/>"
    if word.tag == "b":
        return f"<b>{inner}</b>"
    if word.tag == "a" and word.attributes.get("href", "").startswith(("https://", "http://")):
        return f'<a href={quoteattr(word.attributes["href"])} color="#1d4ed8">{inner}</a>'
    if word.tag == "span" and word.style.get("color", "").startswith("#"):
        return f"<font color={quoteattr(word.style['color'])}>{inner}</font>"
    return inner


def _table(node: Node) -> Iterator[Flowable]:
    """Nothing where it has no rows."""
    rows = [row.elements for row in node.walk() if row.tag == "tr" and _is_of(node, row)]
    if not rows:
        return
    style = _styled(node, _CELL)
    cells = [[list(_blocks(cell, style)) for cell in row] for row in rows]
    made = Table(cells, colWidths=_widths(rows, style), hAlign="LEFT", spaceAfter=5)
    made.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *_padding(left=0, right=8, edges=2)])
    yield made


def _is_of(table: Node, row: Node) -> bool:
    """Not of a table inside it."""
    inner = (one for child in table.elements for one in child.walk() if one.tag == "table")
    return not any(row in one.walk() for one in inner)


def _widths(rows: list[list[Node]], style: ParagraphStyle) -> list[float]:
    """Columns are as wide as their words or what is drawn in them; the last one has the rest."""
    columns = list(zip(*rows, strict=True))
    widths = [
        min(max(_width(cell, style) for cell in column), _WIDEST_NAME * _WIDTH) for column in columns[:-1]
    ]
    return [*widths, _WIDTH - sum(widths)]


def _width(cell: Node, style: ParagraphStyle) -> float:
    drawn = pdf_drawings.pixels(cell.style.get("width", "")) or 0.0
    words = pdfmetrics.stringWidth(pdf_fonts.plain(cell.text), pdf_fonts.NORMAL, style.fontSize)
    return max(drawn, words) + 12


def _beside_a_line(story: list[Flowable]) -> Table:
    """A page may end between any two of its paragraphs."""
    made = Table([[one] for one in story], colWidths=[_WIDTH])
    made.setStyle([("LINEBEFORE", (0, 0), (0, -1), 3, _LINE), *_padding(left=10, right=0, edges=0)])
    return made


def _padding(*, left: float, right: float, edges: float) -> list[tuple[Any, ...]]:
    sides = {"LEFT": left, "RIGHT": right, "TOP": edges, "BOTTOM": edges}
    return [(f"{side}PADDING", (0, 0), (-1, -1), size) for side, size in sides.items()]
