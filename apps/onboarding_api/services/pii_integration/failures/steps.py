"""Where an error came along: file, line and function of each frame. No source, no values, no path of a machine."""

from __future__ import annotations

import re
from types import TracebackType

from apps.onboarding_api.services.pii_integration.failures.words_of_code import (
    is_of_its_file,
    is_own,
    last_frames,
)

MAX_FRAMES = 40
MAX_FRAMES_OF_A_CAUSE = 12
_MODULE = re.compile(r"[A-Za-z_][\w.]{0,150}", re.ASCII)
_FUNCTION = re.compile(r"[A-Za-z_<][\w.<>]{0,150}", re.ASCII)


def location(error: BaseException) -> str:
    """`package/module.py:function` of the deepest frame in the product's own packages, else of the deepest."""
    steps = last_frames(error.__traceback__)
    if not steps:
        return ""
    own = [step for step in steps if is_own(step.tb_frame.f_globals.get("__name__"))]
    deepest = (own or steps)[-1]
    return f"{_file(deepest)}:{_function(deepest)}"


def lines(error: BaseException, *, most: int) -> list[str]:
    """One line a frame, outermost first; of many the first and the last."""
    steps = last_frames(error.__traceback__)
    if len(steps) <= most:
        return [_line(step) for step in steps]
    half = most // 2
    left_out = f"  [{len(steps) - 2 * half} more frames]"
    return [*map(_line, steps[:half]), left_out, *map(_line, steps[-half:])]


def _line(step: TracebackType) -> str:
    return f"  {_file(step)}:{step.tb_lineno} in {_function(step)}"


def _file(step: TracebackType) -> str:
    """The file by its module's name, so that no folder of the machine can show."""
    name = step.tb_frame.f_globals.get("__name__")
    if not isinstance(name, str) or not _MODULE.fullmatch(name) or not is_of_its_file(step):
        return "(made at run time)"
    is_package = step.tb_frame.f_code.co_filename.endswith("__init__.py")
    return name.replace(".", "/") + ("/__init__.py" if is_package else ".py")


def _function(step: TracebackType) -> str:
    if not is_of_its_file(step):
        return "(unnamed)"
    name = step.tb_frame.f_code.co_qualname.replace(".<locals>", "")
    return name if _FUNCTION.fullmatch(name) else "(unnamed)"
