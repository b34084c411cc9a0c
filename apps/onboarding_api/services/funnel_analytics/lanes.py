"""Histograms of times that add up: each bucket is a lane of 32 bits in one large integer.

Adding two sets of histograms is one addition, taking one away one subtraction, whatever the order; a delta may be
negative, a sum never is. Buckets grow by 4.08 %, so that a time read back from its bucket is at most 2 % off
(DDSketch: Masson, Rim and Lee, PVLDB 12 (2019), with gamma = 1.02 / 0.98). The first bucket holds what took less
than a second, the last what took longer than about 113 days.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections.abc import Mapping
from math import ceil

GAMMA = 1.02 / 0.98
BUCKETS = 404
BOUNDS_MS: tuple[int, ...] = tuple(ceil(1000 * GAMMA**n) for n in range(BUCKETS - 1))
"""Bucket n holds BOUNDS_MS[n - 1] <= milliseconds < BOUNDS_MS[n]: whole numbers, so that SQL agrees to the last one."""
BOUNDS_SQL = f"'{{{','.join(map(str, BOUNDS_MS))}}}'::bigint[]"
"""The same in SQL: as a parameter they would be written out anew each time."""
SECONDS = (0.0, *(2 * GAMMA**bucket / (GAMMA + 1) for bucket in range(1, BUCKETS)))
"""The time that stands for each bucket: at most 2 % from any time in it."""
MEASURES = (
    "advance_0", "advance_1", "advance_2", "advance_3", "drop_0", "drop_1", "drop_2", "drop_3", "whole", "lost",
)  # fmt: skip
"""Time from a stage to the next, from a stage to being dropped, from the start to completion or to being dropped."""
_LANE_BITS = 32
BYTES = len(MEASURES) * BUCKETS * _LANE_BITS // 8
_MEASURE_MASK = (1 << (_LANE_BITS * BUCKETS)) - 1


def bucket_of(ms: int) -> int:
    return bisect_right(BOUNDS_MS, ms)


def seconds_of(bucket: int) -> float:
    """The time that stands for a bucket."""
    return SECONDS[bucket]


def lane(measure: int, bucket: int) -> int:
    return measure * BUCKETS + bucket


def lower_seconds_of(bucket: int) -> float:
    """The shortest time of a bucket."""
    return 0.0 if bucket == 0 else BOUNDS_MS[bucket - 1] / 1000


def one(measure: int, bucket: int) -> int:
    """One time, as a set of histograms."""
    return 1 << (_LANE_BITS * lane(measure, bucket))


def summed(by_lane: Mapping[int, int]) -> int:
    """Sessions by lane, as a set of histograms; `OverflowError` for a negative count."""
    return unpack(changed(b"", by_lane))


def changed(packed: bytes | memoryview, more: Mapping[int, int], *, size: int = BYTES) -> bytes:
    """The histograms, or other lanes of `size` bytes, with so many more in some. `packed` may be empty for none.

    `OverflowError` where a lane would hold fewer than none: more was taken away than was ever added.
    """
    held = numbers(packed or bytes(size))
    for place, n in more.items():
        held[place] += n
    return _bytes(held)


def pack(total: int) -> bytes:
    """`OverflowError` for a negative one: more was taken away than was ever added."""
    return total.to_bytes(BYTES, "little")


def unpack(packed: bytes | memoryview) -> int:
    return int.from_bytes(packed, "little")


def counts(total: int, measure: int) -> array[int]:
    """How many there are in each bucket of one histogram."""
    mine = (total >> (_LANE_BITS * lane(measure, 0))) & _MEASURE_MASK
    return numbers(mine.to_bytes(BUCKETS * _LANE_BITS // 8, "little"))


def histogram(total: int, measure: int) -> list[tuple[float, int]]:
    """(seconds, count) of the buckets that hold something, ascending."""
    return [pair for pair in zip(SECONDS, counts(total, measure), strict=True) if pair[1]]


def numbers(packed: bytes | memoryview) -> array[int]:
    """The lanes, as numbers."""
    found = array("I", bytes(packed))
    if sys.byteorder == "big":
        found.byteswap()
    return found


def _bytes(held: array[int]) -> bytes:
    if sys.byteorder == "big":
        held.byteswap()
    return held.tobytes()
