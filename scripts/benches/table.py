"""Results as text."""

from __future__ import annotations

from collections.abc import Sequence

from scripts.benches.results import Result, Row

_HEAD = ("measure", "ours", "", "ratio", "unit", "n", "aim", "")
_LEFT = {0, 4, 6, 7}


def render(result: Result) -> str:
    """One table: ours, the peer or floor, the ratio, the unit, how many samples, the aim and whether it is met."""
    head = [*_HEAD]
    head[2] = result.other
    lines = [head, *(_cells(row) for row in result.rows)]
    kept = [at for at in range(len(head)) if any(line[at] for line in lines[1:])]
    widths = {at: max(len(line[at]) for line in lines) for at in kept}
    rule = "  ".join("-" * widths[at] for at in kept)
    body = [_line(line, kept, widths) for line in lines]
    notes = [f"  {note}" for note in result.notes]
    return "\n".join(
        [f"{result.name}: {result.title}", "", body[0], rule, *body[1:], *([""] if notes else []), *notes]
    )


def number(value: float) -> str:
    """Three significant digits where they matter: 0.123, 4.56, 78.9, 1,234."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def _cells(row: Row) -> list[str]:
    verdict = {None: "", True: "met", False: "MISSED"}[row.met]
    return [
        row.measure,
        number(row.ours),
        "" if row.other is None else number(row.other),
        "" if row.ratio is None else f"{number(row.ratio)}x",
        row.unit,
        str(row.samples),
        row.aim,
        verdict,
    ]


def _line(cells: Sequence[str], kept: Sequence[int], widths: dict[int, int]) -> str:
    return "  ".join(
        cells[at].ljust(widths[at]) if at in _LEFT else cells[at].rjust(widths[at]) for at in kept
    ).rstrip()
