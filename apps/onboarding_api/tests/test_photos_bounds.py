"""Nothing that is sent costs more than the bounds say; whatever happens to the child, the worker goes on."""

from __future__ import annotations

import errno
import io
import json
import os
import platform
import struct
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from apps.onboarding_api.services.photos import bounded, errors, preparing
from apps.onboarding_api.services.photos.child import Work
from scripts.benches import processes

MEDIA = Path(__file__).parent / "media"
SCENE = (MEDIA / "scene_gps.jpg").read_bytes()


@pytest.fixture(autouse=True)
def _leaves_no_process() -> Iterator[None]:
    before = processes.children(os.getpid())
    yield
    assert processes.children(os.getpid()) == before


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def zero_png(width: int, height: int) -> bytes:
    """A PNG of zeros with these sides, whole and valid, made without ever holding its pixels."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.slow
def test_48_megapixels_are_taken() -> None:
    photo = Image.effect_noise((1000, 750), 60).resize((8000, 6000)).convert("RGB")
    done = preparing.prepare(encoded(photo, "JPEG", quality=80)).photo
    assert (done.width, done.height, done.source_width, done.source_height) == (2000, 1500, 8000, 6000)


def test_more_than_50_megapixels_are_refused_by_the_header() -> None:
    with pytest.raises(errors.ImageTooLarge):
        preparing.prepare(zero_png(9000, 9000))


@pytest.mark.slow
def test_bomb_of_50_000_by_50_000_zeros_is_refused_by_the_header() -> None:
    bomb = zero_png(50_000, 50_000)
    assert len(bomb) < 2_000_000
    began = time.monotonic()
    with pytest.raises(errors.ImageTooLarge):
        preparing.prepare(bomb)
    assert time.monotonic() - began < 5


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_bomb_of_frames_is_refused_before_they_are_decoded(kind: str) -> None:
    count, side = (400, 520) if kind == "GIF" else (45, 1600)
    frames = [Image.new("L", (side, side), number % 2 * 255) for number in range(count)]
    bomb = encoded(
        frames[0],
        kind,
        save_all=True,
        append_images=frames[1:],
        **({"compression": "tiff_lzw"} if kind == "TIFF" else {}),
    )
    assert len(bomb) < 2_000_000
    began = time.monotonic()
    with pytest.raises(errors.ImageTooLarge):
        preparing.prepare(bomb)
    assert time.monotonic() - began < 10


def test_child_out_of_memory_is_a_photo_that_cannot_be_read(settings: Any) -> None:
    settings.PHOTOS = replace(settings.PHOTOS, child_memory_mb=128)
    large = encoded(Image.new("RGB", (7000, 7000), "green"), "PNG")
    with pytest.raises(errors.ImageUnreadable, match="MemoryError"):
        preparing.prepare(large)
    assert preparing.prepare(SCENE).photo.width == 1024


def test_child_out_of_time_is_killed_and_reaped(settings: Any) -> None:
    settings.PHOTOS = replace(settings.PHOTOS, child_wall_seconds=0)
    before = time.monotonic()
    with pytest.raises(errors.ImageUnreadable, match="seconds"):
        preparing.prepare(SCENE)
    assert time.monotonic() - before < 5


@pytest.fixture
def stand_in(tmp_path: Path) -> Callable[[str, float], bytes]:
    """Runs a child of our own making, under the limits of the real one."""

    def run(code: str, seconds: float = 20) -> bytes:
        (tmp_path / "standing.py").write_text(
            "import os, signal, sys, time\nfrom apps.onboarding_api.services.photos import child\n"
            f"out = child._set_limits(child.Work.read(sys.argv[1]))\n{code}\n"
        )
        if not (tmp_path / "apps").exists():
            (tmp_path / "apps").symlink_to(Path(preparing.__file__).parents[3])
        work = Work(1, 1, 1, 1, 1, 256 << 20, 1, 20, 1 << 20)
        return bounded.run(
            "standing", folder=tmp_path, argument=work.write(), given=b"given", seconds=seconds
        )

    return run


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("while True: pass", "SIG(XCPU|KILL)"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        ("os.abort()", "SIGABRT"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
        (
            "signal.signal(signal.SIGXFSZ, signal.SIG_DFL); os.write(out, bytes(2 << 20)); os.write(out, b'x')",
            "SIGXFSZ",
        ),
    ],
    ids=["processor time", "crash", "abort", "killed", "answer without end"],
)
def test_every_violent_end_is_told(stand_in: Callable[[str], bytes], code: str, reason: str) -> None:
    with pytest.raises(bounded.Ended, match=reason):
        stand_in(code)


def test_child_that_closes_everything_and_stays_is_ended(stand_in: Callable[[str, float], bytes]) -> None:
    with pytest.raises(bounded.Ended, match="seconds"):
        stand_in("os.closerange(0, 100); time.sleep(60)", 2)


def test_child_that_cannot_begin_is_the_fault_of_the_machine(stand_in: Callable[[str], bytes]) -> None:
    with pytest.raises(bounded.CannotStart, match="no such library"):
        stand_in("raise ImportError('no such library')")


def test_child_cannot_have_more_memory_than_it_was_given(stand_in: Callable[[str], bytes]) -> None:
    answer = stand_in("try:\n    bytes(400 << 20)\nexcept MemoryError:\n    os.write(out, b'bounded')")
    assert answer == b"bounded"


def test_child_knows_no_secret_and_prints_into_nowhere(
    stand_in: Callable[[str], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEALING_KEYS", "a-secret")
    answer = stand_in("print('words', flush=True); os.write(out, ' '.join(sorted(os.environ)).encode())")
    assert set(answer.decode().split()) <= {
        "PATH",
        "LD_LIBRARY_PATH",
        "LC_ALL",
        "LC_CTYPE",
        "MALLOC_ARENA_MAX",
    }


def test_child_loads_pillow_and_nothing_of_django(stand_in: Callable[[str], bytes]) -> None:
    code = (
        "from apps.onboarding_api.services.photos import working; import json\n"
        "os.write(out, json.dumps(sorted(sys.modules)).encode())"
    )
    loaded = json.loads(stand_in(code))
    assert "PIL.Image" in loaded
    assert not {"django", "celery", "numpy", "rest_framework", "psycopg"} & set(loaded)


ATTEMPTS = """
from apps.onboarding_api.services.photos import confinement
import ctypes, fcntl, json, socket, threading
def other_process_memory():
    open(f"/proc/{os.getppid()}/mem", "rb")
def environment_of_the_parent():
    open(f"/proc/{os.getppid()}/environ", "rb")
def own_file():
    open(__file__)
def new_file():
    os.open("made", os.O_WRONLY | os.O_CREAT)
def connection():
    socket.socket()
def process():
    os.fork()
def program():
    os.execv("/bin/true", ["true"])
def signal_to_the_parent():
    os.kill(os.getppid(), 0)
def listing():
    os.listdir("/")
def look_at_a_file():
    os.stat("/etc/passwd")
def owner_of_signals():
    fcntl.fcntl(out, fcntl.F_SETOWN, os.getppid())
def signals_for_the_owner():
    fcntl.fcntl(out, fcntl.F_SETFL, os.O_ASYNC)
attempts = (other_process_memory, environment_of_the_parent, own_file, new_file, connection, process, program,
    signal_to_the_parent, listing, look_at_a_file, owner_of_signals, signals_for_the_owner)
confined, told = confinement.confine(), {}
for attempt in attempts:
    try:
        attempt()
        told[attempt.__name__] = "done"
    except OSError as error:
        told[attempt.__name__] = error.errno
thread = threading.Thread(target=lambda: told.update(thread=len(bytes(50 << 20)) >> 20))
thread.start()
thread.join()
os.write(out, json.dumps([confined, told]).encode())
"""


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in {"x86_64", "aarch64"},
    reason="the filter of system calls is one of Linux on these machines",
)
def test_child_that_is_taken_over_reaches_nothing(stand_in: Callable[[str], bytes]) -> None:
    confined, told = json.loads(stand_in(ATTEMPTS))
    assert confined
    assert told.pop("thread") == 50
    assert len(told) == 12
    assert set(told.values()) == {errno.EPERM}


def test_decoder_is_confined_before_it_looks_at_a_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, run = list[bytes](), bounded.run

    def kept(module: str, **given: Any) -> bytes:
        answers.append(run(module, **given))
        return answers[0]

    monkeypatch.setattr(bounded, "run", kept)
    preparing.prepare(SCENE)
    assert json.loads(answers[0].partition(b"\n")[0])["confined"] is (sys.platform == "linux")


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"no json\n", b"[]\n", b"{}\n", b'{"refused": "anything", "detail": ""}\n',
        b'{"parts": [-1, 1], "format": "JPEG"}\n', b'{"parts": [9, 9], "format": "JPEG"}\nshort',
    ],
)  # fmt: skip
def test_answer_that_is_none_is_not_believed(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "run", lambda *_args, **_given: answer)
    with pytest.raises(errors.ImageUnreadable):
        preparing.prepare(SCENE)


def test_answer_that_smuggles_metadata_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    small = encoded(Image.new("RGB", (20, 20)), "JPEG")
    for photo, taken in (
        (small, True),
        (encoded(Image.new("RGB", (20, 20)), "JPEG", comment=b"words"), False),
    ):
        head = {
            "parts": [len(photo), len(small)], "format": "JPEG", "width": 20, "height": 20, "fingerprint": "",
            "position": None,
        }  # fmt: skip
        whole = json.dumps(head).encode() + b"\n" + photo + small
        monkeypatch.setattr(bounded, "run", lambda *_args, whole=whole, **_given: whole)
        if taken:
            assert preparing.prepare(SCENE).photo.jpeg == small
        else:
            with pytest.raises(errors.ImageUnreadable):
                preparing.prepare(SCENE)


def test_many_threads_prepare_at_once_and_leave_no_descriptor() -> None:
    preparing.prepare(SCENE)
    before = len(os.listdir("/proc/self/fd"))
    done: list[int] = []
    threads = [
        threading.Thread(target=lambda: done.append(preparing.prepare(SCENE).photo.width)) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [1024] * 6
    assert len(os.listdir("/proc/self/fd")) == before
