"""The figures and the tables of scripts/bench."""

import json

import pytest

from scripts.benches import command, figures, floor, load, processes, table
from scripts.benches.results import Result, Row
from scripts.benches.subjects.memory import compiled_packages


def row(**changes) -> Row:
    return Row(**{"measure": "alone, p50", "ours": 20.0, "unit": "ms", "samples": 7, **changes})


def test_a_percentile_lies_between_its_neighbours() -> None:
    assert figures.percentile([30, 10, 20], 0.5) == 20
    assert figures.percentile([10, 20], 0.95) == pytest.approx(19.5)
    assert figures.percentile([7], 0.95) == 7


def test_no_samples_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no samples"):
        figures.percentile([], 0.5)


def test_one_disturbed_round_does_not_move_the_figure() -> None:
    assert figures.over_rounds([[10, 10], [11, 11], [900, 900]], 0.5) == 11


def test_the_ratio_is_ours_to_the_other_and_absent_without_one() -> None:
    assert row(other=8.0).ratio == 2.5
    assert row().ratio is None


@pytest.mark.parametrize(
    ("value", "shown"), [(0.1234, "0.123"), (4.567, "4.57"), (78.91, "78.9"), (1234.5, "1,234"), (3.0, "3")]
)
def test_numbers_show_three_digits_where_they_matter(value: float, shown: str) -> None:
    assert table.number(value) == shown


def test_a_table_has_one_aligned_line_for_each_row() -> None:
    rows = (
        row(other=8.0, aim="<= 2x", met=False),
        row(measure="20 at once, p95", ours=1234.5, met=True, aim="any"),
    )
    shown = table.render(
        Result(name="turn", title="one turn", rows=rows, other="bare Celery", notes=("A note.",))
    )
    lines = shown.splitlines()
    assert lines[0] == "turn: one turn"
    assert lines[2].split() == ["measure", "ours", "bare", "Celery", "ratio", "unit", "n", "aim"]
    assert lines[4].split() == ["alone,", "p50", "20", "8", "2.50x", "ms", "7", "<=", "2x", "MISSED"]
    assert lines[5].split() == ["20", "at", "once,", "p95", "1,234", "ms", "7", "any", "met"]
    assert lines[4].index("ms") == lines[5].index("ms")
    assert lines[-1] == "  A note."


def test_a_table_without_peer_and_aim_has_no_such_columns() -> None:
    header = table.render(Result(name="start", title="start", rows=(row(),))).splitlines()[2]
    assert header.split() == ["measure", "ours", "unit", "n"]


def test_the_json_report_holds_every_row_with_its_ratio() -> None:
    result = Result(name="turn", title="one turn", rows=(row(other=8.0),), other="bare Celery")
    report = json.loads(json.dumps(command.report([result], {"memory": "no Linux"})))
    assert report["benches"][0]["rows"][0]["ratio"] == 2.5
    assert report["not_measured"] == {"memory": "no Linux"}
    assert report["machine"]["cpus"] >= 1


def test_memory_is_read_in_megabytes() -> None:
    text = "7f00-7fff ---p 00000000 00:00 0 [rollup]\nRss:  2000 kB\nPss:  1000 kB\nPss_Dirty: 5 kB\n"
    assert processes.read_rollup(text) == processes.Memory(rss=2.048, pss=1.024)


def test_model_libraries_are_found_by_the_files_that_are_mapped() -> None:
    site = "/app/.venv/lib/python3.11/site-packages"
    mapped = {
        f"{site}/spacy/tokens/doc.so",
        f"{site}/av.libs/libavcodec.so",
        f"{site}/redis/x.so",
        "/usr/lib/libc.so",
    }
    assert compiled_packages(mapped) == ["spacy", "av"]
    assert compiled_packages({f"{site}/average/fast.so", "/usr/lib/spacy.so"}) == []


@pytest.mark.parametrize(
    ("redis", "broker"),
    [
        ("unix:///run/redis.sock?db=0", "redis+socket:///run/redis.sock?virtual_host=9"),
        ("redis://user:word@host:6379/0", "redis://user:word@host:6379/9"),
    ],
)
def test_the_floor_uses_the_same_redis_and_another_database(redis: str, broker: str) -> None:
    assert floor.broker_address(redis) == broker


def test_clients_at_once_all_call_as_often_as_asked() -> None:
    taken = load.drive([lambda: 1.0, lambda: 2.0], times=3)
    assert sorted(taken) == [1.0, 1.0, 1.0, 2.0, 2.0, 2.0]


def test_a_client_that_fails_is_not_counted_as_fast() -> None:
    def fail() -> float:
        raise RuntimeError("refused")

    with pytest.raises(RuntimeError, match="refused"):
        load.drive([lambda: 1.0, fail], times=2)
