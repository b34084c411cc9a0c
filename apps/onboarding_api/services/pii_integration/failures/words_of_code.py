"""What a piece of code could have said: the constants of its code objects, cut where values are filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, TracebackType
from typing import Any

from apps.onboarding_api.services.pii_integration.failures.phrases import TYPES

OWN_PACKAGES = ("apps", "background_tasks")
_NEAR_FRAMES = 3
"""The frames that can have made the text: where it was raised, and up to two helpers above."""
_FRAMES_READ = 15
_LONGEST_PIECE = 300
_MOST_REMEMBERED = 4_096
_FILLED_IN = re.compile(r"%(?:\([^)]*\))?[#0\- +]*\d*(?:\.\d+)?[a-zA-Z%]|\{[^{}]*\}")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]+")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Said:
    """`pieces` are literal texts with their spaces, `names` the identifiers of the code."""

    pieces: frozenset[str]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What may stay in the messages of one error and its causes."""

    near: frozenset[str]
    far: frozenset[str]
    names: frozenset[str]
    types: frozenset[str]
    schema: frozenset[str]
    classes: frozenset[str]


_remembered: dict[int, tuple[CodeType, Said]] = {}


def plain_space(text: str) -> str:
    """`text` with every run of space and control characters as one space."""
    return _SPACE.sub(" ", text)


def vocabulary(errors: Iterable[BaseException]) -> Vocabulary:
    """What the code around these errors could have said."""
    near: set[str] = set()
    far: set[str] = set()
    names: set[str] = set()
    types, schema, classes = set(TYPES), set(), set()
    for error in errors:
        for said in _class_said(type(error)):
            near |= said.pieces
            names |= said.names
        for frame_said, is_near in _frames_said(error.__traceback__):
            (near if is_near else far).update(frame_said.pieces)
            if is_near:
                names |= frame_said.names
        schema |= _schema_names(error)
        classes |= {cls.__qualname__ for cls in type(error).__mro__[:-1]}
        if isinstance(error, AttributeError):
            types.add(type(error.obj).__name__)
    return Vocabulary(*(frozenset(one) for one in (near, far, names, types, schema, classes)))


def is_own(module: object) -> bool:
    """Whether a module of this name is the product's own."""
    return isinstance(module, str) and module.partition(".")[0] in OWN_PACKAGES


def is_of_its_file(step: TracebackType) -> bool:
    """Whether the code was read from its module's file. Code made at run time can hold a value as a constant."""
    filename = step.tb_frame.f_code.co_filename
    return filename.endswith(".py") and filename == step.tb_frame.f_globals.get("__file__")


def last_frames(traceback: TracebackType | None) -> list[TracebackType]:
    """The steps of a traceback, outermost first."""
    steps = []
    while traceback is not None:
        steps.append(traceback)
        traceback = traceback.tb_next
    return steps


def _frames_said(traceback: TracebackType | None) -> Iterator[tuple[Said, bool]]:
    steps = last_frames(traceback)[-_FRAMES_READ:]
    for left, step in zip(range(len(steps), 0, -1), steps, strict=True):
        frame = step.tb_frame
        if not is_of_its_file(step):
            continue
        near = left <= _NEAR_FRAMES or is_own(frame.f_globals.get("__name__"))
        yield _said(frame.f_code, frame.f_globals), near


def _class_said(cls: type[BaseException]) -> Iterator[Said]:
    """What the class of an error says by itself: its constants, and the methods that make its text."""
    for one in cls.__mro__:
        if one in (Exception, BaseException, object):
            continue
        own = [value for value in vars(one).values() if isinstance(value, str)]
        yield Said(frozenset(piece for text in own[:20] for piece in _pieces(text)), frozenset())
        for method in ("__init__", "__str__", "__repr__", "__new__"):
            code = getattr(vars(one).get(method), "__code__", None)
            if isinstance(code, CodeType) and code.co_filename.endswith(".py"):
                yield _said(code, {})


def _said(code: CodeType, module: dict[str, Any]) -> Said:
    known = _remembered.get(id(code))
    if known is not None and known[0] is code:
        return known[1]
    pieces: set[str] = set()
    names: set[str] = set()
    for one in (code, *_helpers(code, module)):
        _collect(one, pieces, names, depth=0)
    said = Said(frozenset(pieces), frozenset(names))
    if len(_remembered) >= _MOST_REMEMBERED:
        _remembered.clear()
    _remembered[id(code)] = (code, said)
    return said


def _helpers(code: CodeType, module: dict[str, Any]) -> Iterator[CodeType]:
    """Functions of the same module and class that the code calls by name: one of them may have made the text."""
    owner = module.get(code.co_qualname.partition(".")[0])
    methods = vars(owner) if isinstance(owner, type) else {}
    for name in code.co_names[:60]:
        for found in (module.get(name), methods.get(name)):
            if isinstance(found, staticmethod | classmethod):
                found = found.__func__
            if isinstance(found, FunctionType) and found.__code__.co_filename == code.co_filename:
                yield found.__code__


def _collect(code: CodeType, pieces: set[str], names: set[str], *, depth: int) -> None:
    names.update(code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars, (code.co_name,))
    names.discard("_")
    pending: list[Any] = list(code.co_consts)
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            pieces.update(_pieces(value))
            if _IDENTIFIER.fullmatch(value):
                names.add(value)
        elif isinstance(value, tuple | frozenset):
            pending.extend(value)
        elif isinstance(value, CodeType) and depth < 3:
            _collect(value, pieces, names, depth=depth + 1)


def _pieces(text: str) -> Iterator[str]:
    for piece in _FILLED_IN.split(text[: 4 * _LONGEST_PIECE]):
        plain = plain_space(piece)
        if 2 <= len(plain) <= _LONGEST_PIECE and any(map(str.isalpha, plain)) and plain.isprintable():
            yield plain


def _schema_names(error: BaseException) -> set[str]:
    """Names that the database's own report gives for constraint, table and column: never a value of a row."""
    found: set[str] = set()
    if not type(error).__module__.startswith("psycopg"):
        return found
    report = getattr(error, "diag", None)
    for part in ("constraint_name", "table_name", "column_name", "datatype_name"):
        name = getattr(report, part, None)
        if isinstance(name, str):
            found.add(name)
    return found
