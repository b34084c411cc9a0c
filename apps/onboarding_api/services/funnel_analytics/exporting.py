"""Figures as tables, for spreadsheets: one table for each kind of answer.

A spreadsheet takes a cell that begins with = + - or @ for a formula, whoever wrote it; such text gets an apostrophe
before it (OWASP, "CSV Injection"). Numbers are ours and stay numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any

Row = dict[str, Any]
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def to_csv(kind: str, answer: dict[str, Any]) -> str:
    """The table of an answer of that kind (`KINDS`), with a line of names; lines end as RFC 4180 says."""
    rows = list(KINDS[kind](answer))
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([cell(name) for name in names])
    writer.writerows([cell(row.get(name)) for name in names] for row in rows)
    return out.getvalue()


def cell(value: Any) -> str:
    """One value as text that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    text = "; ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    text = text.replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_RISKY) else text


def _funnel(answer: dict[str, Any]) -> Iterator[Row]:
    for stage, reached in zip(answer["stages"], answer["conversion_funnel"], strict=True):
        yield {
            "stage": stage["stage"],
            "reached": stage["reached"],
            "advanced": stage["advanced"],
            "dropped": stage["dropped"],
            "open": stage["current_count"] if stage["stage"] != "completed" else 0,
            **_rate("completion", stage["completion"]),
            **_rate("drop_off", stage["drop_off"]),
            **_rate("share_of_started", reached["share_of_started"]),
            "avg_time_seconds": stage["avg_time_seconds"],
            **{f"time_{name}_seconds": seconds for name, seconds in stage["time_quantiles"].items()},
        }


def _heatmap(answer: dict[str, Any]) -> Iterator[Row]:
    for hour in answer["heatmap"]:
        yield {"hour": hour["hour"], **hour["drop_offs"], "total": hour["total"], "started": hour["started"]}


def _comparison(answer: dict[str, Any]) -> Iterator[Row]:
    for one in answer["cohorts"]:
        low, high = one["difference_interval"] or (None, None)
        yield {
            answer["by"]: one["value"],
            "label": one["label"],
            "sessions": one["sessions"],
            **_rate("rate", one["rate"]),
            **_rate("rest", one["rest"]),
            "difference": one["difference"],
            "difference_low": low,
            "difference_high": high,
            "p": one["p"],
            "p_adjusted": one["p_adjusted"],
            "is_significant": one["is_significant"],
            "previous": one["previous"]["value"],
            "mix": one["mix"],
            "rate_effect": one["rate_effect"],
        }


def _slice(answer: dict[str, Any]) -> Iterator[Row]:
    first, second = answer["by"]
    for one in answer["cells"]:
        yield {
            first: one[first],
            second: one[second],
            **{f"reached_{stage}": n for stage, n in one["reached"].items()},
            **{f"dropped_{stage}": n for stage, n in one["dropped"].items()},
            "open": one["open"],
            **_rate("rate", one["rate"]),
        }


def _sessions(answer: dict[str, Any]) -> Iterator[Row]:
    for one in answer["results"]:
        reached = one["reached"]
        yield {
            **{name: value for name, value in one.items() if name != "reached"},
            **_prefixed("reached", reached),
        }


def _replay(answer: dict[str, Any]) -> Iterator[Row]:
    for item in answer["timeline"]:
        yield {"timestamp": item["timestamp"], "event": item["event"], **_prefixed("data", item["data"])}


def _now(answer: dict[str, Any]) -> Iterator[Row]:
    yield from ({"figure": name, "value": value} for name, value in _flat(answer))


def _rate(name: str, rate: dict[str, Any]) -> Row:
    low, high = rate["interval"]
    return {
        name: rate["value"],
        f"{name}_low": low,
        f"{name}_high": high,
        f"{name}_n": rate["n"],
        f"{name}_maturity": rate["maturity"],
    }


def _prefixed(prefix: str, found: dict[str, Any]) -> Row:
    return {f"{prefix}_{name}": value for name, value in found.items()}


def _flat(found: dict[str, Any], before: str = "") -> Iterable[tuple[str, Any]]:
    for name, value in found.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


KINDS: dict[str, Callable[[dict[str, Any]], Iterator[Row]]] = {
    "funnel": _funnel,
    "overview": _funnel,
    "heatmap": _heatmap,
    "comparison": _comparison,
    "slice": _slice,
    "sessions": _sessions,
    "replay": _replay,
    "realtime": _now,
}
