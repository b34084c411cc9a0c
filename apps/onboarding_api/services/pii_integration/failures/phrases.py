"""What the interpreter, the database and the system say in errors: sentences that no frame of Python holds.

A slot stands for what changes. `{t}` keeps the name of a type, `{i}` an identifier of the code, `{s}` a name of the
database's schema, `{n}` a number of at most six digits; each only where it is known to be one. `{x}` never stays.
"""

from __future__ import annotations

import errno
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

from apps.onboarding_api.services.pii_integration.engine.lexicon import word_set

_PYTHON = """
invalid literal for int() with base {n}
could not convert string to float
division by zero
integer division or modulo by zero
math domain error
list index out of range
tuple index out of range
string index out of range
range object index out of range
pop from empty list
pop from an empty set
pop from an empty deque
popitem(): dictionary is empty
is not in list
x not in list
list.remove(x): x not in list
list.index(x): x not in list
substring not found
empty separator
dictionary changed size during iteration
dictionary keys changed during iteration
Set changed size during iteration
'{t}' object has no attribute '{i}'
object has no attribute
type object '{t}' has no attribute '{i}'
module '{i}' has no attribute '{i}'
partially initialized module '{i}'
'{t}' object is not callable
'{t}' object is not iterable
'{t}' object is not subscriptable
'{t}' object is not a mapping
'{t}' object is not an iterator
'{t}' object does not support item assignment
'{t}' object does not support item deletion
'{t}' object does not support the context manager protocol
'{t}' object cannot be interpreted as an integer
cannot unpack non-iterable {t} object
object of type '{t}' has no len()
object {t} can't be used in 'await' expression
Object of type {t} is not JSON serializable
unhashable type: '{t}'
argument of type '{t}' is not iterable
list indices must be integers or slices, not {t}
tuple indices must be integers or slices, not {t}
string indices must be integers, not '{t}'
can only concatenate str (not "{t}") to str
can only concatenate list (not "{t}") to list
a bytes-like object is required, not '{t}'
expected str, bytes or os.PathLike object, not {t}
expected string or bytes-like object, got '{t}'
unsupported operand type(s) for
for +: '{t}' and '{t}'
for -: '{t}' and '{t}'
for *: '{t}' and '{t}'
for /: '{t}' and '{t}'
bad operand type for
not supported between instances of '{t}' and '{t}'
int() argument must be a string, a bytes-like object or a real number, not '{t}'
float() argument must be a string or a real number, not '{t}'
sequence item {n}: expected str instance, {t} found
name '{i}' is not defined
cannot access local variable '{i}' where it is not associated with a value
cannot access free variable '{i}'
cannot import name '{i}' from
No module named '{i}'
No module named
{i}() got an unexpected keyword argument '{i}'
{i}() got multiple values for argument '{i}'
{i}() missing {n} required positional argument: '{i}'
missing {n} required positional argument
missing {n} required positional arguments
missing {n} required keyword-only argument
got an unexpected keyword argument
takes {n} positional arguments but {n} were given
takes {n} positional arguments but {n} was given
{i}() takes {n} positional arguments but {n} were given
{i}() takes {n} positional arguments but {n} was given
takes from {n} to {n} positional arguments but {n} were given
takes {n} positional argument but {n} were given
takes no arguments
takes no keyword arguments
too many values to unpack (expected {n})
not enough values to unpack (expected {n}, got {n})
maximum recursion depth exceeded
maximum recursion depth exceeded while calling a Python object
maximum recursion depth exceeded in comparison
generator raised StopIteration
coroutine raised StopIteration
generator already executing
can't set attribute
can't pickle
cannot pickle '{t}' object
is not a valid
day is out of range for month
month must be in 1..12
hour must be in 0..23
year is out of range
year {x} is out of range
Invalid isoformat string
does not match format
unconverted data remains
can't compare offset-naive and offset-aware datetimes
can't subtract offset-naive and offset-aware datetimes
badly formed hexadecimal UUID string
codec can't decode byte
'{t}' codec can't decode byte
'{t}' codec can't encode character
'{t}' codec can't encode characters in position
'{t}' codec can't decode bytes in position
codec can't decode bytes in position
codec can't encode character
codec can't encode characters in position
in position {n}: invalid start byte
in position {n}: invalid continuation byte
in position {n}: unexpected end of data
in position {n}: ordinal not in range({n})
: invalid start byte
: invalid continuation byte
: unexpected end of data
: ordinal not in range({n})
: surrogates not allowed
embedded null byte
embedded null character
Exceeds the limit ({n} digits) for integer string conversion
I/O operation on closed file
read of closed file
cannot identify image file
image file is truncated
File is not a zip file
Bad magic number for
Not a gzipped file
incorrect header check
Error {n} while decompressing data
Incorrect padding
Expecting value: line {n} column {n} (char {n})
Extra data: line {n} column {n} (char {n})
Unterminated string starting at: line {n} column {n} (char {n})
Expecting property name enclosed in double quotes: line {n} column {n} (char {n})
Expecting ',' delimiter: line {n} column {n} (char {n})
Expecting ':' delimiter: line {n} column {n} (char {n})
Invalid control character at: line {n} column {n} (char {n})
not well-formed (invalid token): line {n}, column {n}
mapping values are not allowed here
could not find expected ':'
found character that cannot start any token
unhandled errors in a TaskGroup ({n} sub-exception)
unhandled errors in a TaskGroup ({n} sub-exceptions)
({n} sub-exception)
({n} sub-exceptions)
There is no current event loop
This event loop is already running
Event loop is closed
can't start new thread
cannot schedule new futures after shutdown
cannot schedule new futures after interpreter shutdown
"""

_MODELS = """
{n} validation error for {t}
{n} validation errors for {t}
Field required
Extra inputs are not permitted
Input should be a valid integer
Input should be a valid integer, unable to parse string as an integer
Input should be a valid number
Input should be a valid number, unable to parse string as a number
Input should be a valid string
Input should be a valid boolean
Input should be a valid boolean, unable to interpret input
Input should be a valid list
Input should be a valid dictionary
Input should be a valid datetime
Input should be a valid date or datetime
Input should be a valid UUID
Input should be an instance of
Input should be greater than
Input should be less than
String should have at least {n} characters
String should have at most {n} characters
Invalid JSON
"""

_DATABASE = """
duplicate key value violates unique constraint "{s}"
duplicate key value violates unique constraint
violates foreign key constraint "{s}"
violates foreign key constraint
violates check constraint "{s}"
violates check constraint
violates not-null constraint
conflicting key value violates exclusion constraint "{s}"
insert or update on table "{s}" violates
update or delete on table "{s}" violates
null value in column "{s}" of relation "{s}"
new row for relation "{s}" violates
already exists
is not present in table "{s}"
is still referenced from table "{s}"
Failing row contains
DETAIL: Key (
DETAIL: Failing row contains
value too long for type character varying({n})
invalid input syntax for type {t}
invalid input syntax for type
invalid byte sequence for encoding
unsupported Unicode escape sequence
cannot be converted to text
integer out of range
numeric field overflow
could not serialize access due to concurrent update
could not serialize access due to read/write dependencies among transactions
could not obtain lock on row in relation "{s}"
deadlock detected
canceling statement due to statement timeout
canceling statement due to lock timeout
canceling statement due to user request
terminating connection due to administrator command
terminating connection due to idle-in-transaction timeout
current transaction is aborted, commands ignored until end of transaction block
server closed the connection unexpectedly
This probably means the server terminated abnormally before or while processing the request
consuming input failed
sending query failed
connection to server at
the connection is closed
the connection is lost
the database system is starting up
the database system is shutting down
the database system is in recovery mode
remaining connection slots are reserved
sorry, too many clients already
password authentication failed for user
no password supplied
column "{s}" does not exist
relation "{s}" does not exist
does not exist
permission denied for table "{s}"
could not translate host name
no space left on device
out of shared memory
out of memory
cannot execute INSERT in a read-only transaction
cannot execute UPDATE in a read-only transaction
syntax error at or near
"""

_NETWORK = """
connection refused
connection reset by peer
connection timed out
connection aborted
Connection closed by server
Connection not available
Error {n} connecting to
Error while reading from
Error while writing to socket
Timeout connecting to server
Timeout reading from
Timeout reading from socket
timed out
read timed out
read operation timed out
write operation timed out
connect timeout
read timeout
handshake operation timed out
Max retries exceeded with url
Failed to establish a new connection
Temporary failure in name resolution
Name or service not known
nodename nor servname provided
No address associated with hostname
certificate verify failed
self-signed certificate
certificate has expired
unable to get local issuer certificate
EOF occurred in violation of protocol
Remote end closed connection without response
Server disconnected without sending a response
peer closed connection without sending complete message body
All connection attempts failed
Client error
Server error
for url
HTTP Error {n}
status code {n}
command not allowed when used memory > 'maxmemory'
OOM command not allowed
You can't write against a read only replica
READONLY You can't write
LOADING Redis is loading the dataset in memory
MISCONF Redis is configured to save RDB snapshots
NOAUTH Authentication required
WRONGPASS invalid username-password pair or user is disabled
NOSCRIPT No matching script
WRONGTYPE Operation against a key holding the wrong kind of value
BUSY Redis is busy running a script
NOPERM this user has no permissions
value is not an integer or out of range
max number of clients reached
Too many connections
"""

TYPES = word_set(
    """NoneType function method module generator coroutine dict_keys dict_values dict_items builtin_function_or_method
    mappingproxy datetime.datetime datetime.date datetime.time datetime.timedelta date datetime time timedelta
    Decimal decimal.Decimal UUID uuid.UUID int str float bool bytes bytearray list tuple dict set frozenset object type
    complex range slice memoryview iterator integer bigint smallint numeric json jsonb uuid timestamp boolean
    async_generator lock _thread.lock utf-8 utf8 ascii latin-1 charmap utf-16"""
)
"""Names of types and codecs that stay in a `{t}` slot whoever raised the error."""

_SLOT = re.compile(r"\{([tisnx])\}")
_ALONE_BEFORE = r"(?<![A-Za-z0-9_@\-]|[^\x00-\x7f])"
_ALONE_AFTER = r"(?![A-Za-z0-9_@\-]|[^\x00-\x7f]|\.\w)"


@dataclass(frozen=True, slots=True)
class Phrase:
    """`longest` is a literal part to look for first, in lower case; `slots` tells the kind of each group."""

    line: str
    longest: str
    slots: str

    @property
    def pattern(self) -> re.Pattern[str]:
        return _pattern(self.line)


@lru_cache(maxsize=1)
def phrases() -> tuple[Phrase, ...]:
    """All sentences: the lists above, what the system says for its error numbers, and HTTP for its codes."""
    lines = [line for text in (_PYTHON, _MODELS, _DATABASE, _NETWORK) for line in text.strip().splitlines()]
    lines += [os.strerror(number) for number in errno.errorcode] + ["[Errno {n}]", "[Errno -{n}]"]
    lines += [status.phrase for status in HTTPStatus]
    return tuple(_phrase(line) for line in dict.fromkeys(lines) if " " in line)


def _phrase(line: str) -> Phrase:
    pieces = _SLOT.split(line)
    return Phrase(line, max(pieces[::2], key=len).lower(), "".join(pieces[1::2]))


@lru_cache(maxsize=1_000)
def _pattern(line: str) -> re.Pattern[str]:
    """Compiled when it is first met: all of them together take a third of a second."""
    pieces = _SLOT.split(line)
    pattern = "".join(
        re.escape(piece) if number % 2 == 0 else _group(piece) for number, piece in enumerate(pieces)
    )
    before = _ALONE_BEFORE if line[0].isalnum() or line[0] == "{" else ""
    after = _ALONE_AFTER if line[-1].isalnum() or line[-1] == "}" else ""
    return re.compile(before + pattern + after, re.IGNORECASE)


def _group(kind: str) -> str:
    return r"(\d{1,6})" if kind == "n" else r"(.{1,60}?)"
