"""What the decoder's process may still ask of the kernel once it is about to read the file: memory, time, threads of
its own, and the descriptors that it holds. No file, no network, no other process (seccomp, Linux on x86-64 and arm64).

It imports the standard library only, as everything that the child loads before its bounds are set.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys
from dataclasses import dataclass

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
_LOAD, _IF_EQUAL, _IF_SET, _ANSWER = 0x20, 0x15, 0x45, 0x06
"""Of the classic packet filter: load a word, jump if equal, jump if a bit is set, return (linux/bpf_common.h)."""
_ALLOW, _KILL, _FAIL_WITH = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER_AT, _MACHINE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
"""Where they stand in `struct seccomp_data`; of the argument the lower half."""
_CLONE_THREAD = 0x00010000


@dataclass(frozen=True)
class Machine:
    """Not in the list, though harmless mostly: fcntl, which can have signals sent to other processes (F_SETOWN), and
    newfstatat, which tells of any file and by which newer C libraries ask about descriptors as well.

    `audit` is the kernel's name of it (linux/audit.h); the rest are numbers of its system calls."""

    audit: int
    clone: int
    clone3: int
    allowed: tuple[int, ...]


_X86_64 = Machine(
    audit=0xC000003E,
    clone=56,
    clone3=435,
    # read write close fstat lseek mmap mprotect munmap brk; rt_sigaction rt_sigprocmask rt_sigreturn pread64;
    # sched_yield mremap madvise dup nanosleep getpid exit gettimeofday sysinfo sigaltstack gettid; futex
    # sched_getaffinity restart_syscall clock_gettime clock_nanosleep exit_group; set_robust_list getrandom
    # rseq
    allowed=(
        0, 1, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15, 17, 24, 25, 28, 32, 35, 39, 60, 96, 99, 131, 186, 202, 204, 219,
        228, 230, 231, 273, 318, 334,
    ),
)  # fmt: skip
_ARM64 = Machine(
    audit=0xC00000B7,
    clone=220,
    clone3=435,
    # The same, in the order of their numbers.
    allowed=(
        23, 57, 62, 63, 64, 67, 80, 93, 94, 98, 99, 101, 113, 115, 123, 124, 128, 132, 134, 135, 139, 169, 172,
        178, 179, 214, 215, 216, 222, 226, 233, 278, 293,
    ),
)  # fmt: skip
_MACHINES = {"x86_64": _X86_64, "aarch64": _ARM64}


def confine() -> bool:
    """From now on, for this process and for good. Whether it could be done: not elsewhere than on Linux, not on other
    machines, and not where the kernel has no seccomp.

    What is not allowed fails with EPERM: libraries that ask in vain for something that they can do without go on.
    """
    machine = _MACHINES.get(platform.machine()) if sys.platform == "linux" else None
    if machine is None:
        return False
    steps = _filter(machine)
    code = ctypes.create_string_buffer(steps, len(steps))
    # struct sock_fprog: how many steps there are, and where.
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(steps) // 8, ctypes.addressof(code)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = (ctypes.c_int, *(ctypes.c_ulong,) * 4)
    if prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(program), 0, 0) == 0)


def _filter(machine: Machine) -> bytes:
    """Forward jumps only, each counted in steps from the next one."""
    # Behind the list: clone with its three steps, clone3, the two endings.
    to_allow = 7
    steps = [
        _step(_LOAD, _MACHINE_AT),
        _step(_IF_EQUAL, machine.audit, yes=1),
        _step(_ANSWER, _KILL),
        _step(_LOAD, _NUMBER_AT),
    ]
    for before, number in enumerate(machine.allowed):
        steps.append(_step(_IF_EQUAL, number, yes=len(machine.allowed) - before - 1 + to_allow - 1))
    steps += [
        _step(_IF_EQUAL, machine.clone, no=2),
        _step(_LOAD, _FIRST_ARGUMENT_AT),
        _step(_IF_SET, _CLONE_THREAD, yes=3, no=2),
        # Its flags lie in memory, where no filter can look; who is told that there is none uses clone.
        _step(_IF_EQUAL, machine.clone3, no=1),
        _step(_ANSWER, _FAIL_WITH | errno.ENOSYS),
        _step(_ANSWER, _FAIL_WITH | errno.EPERM),
        _step(_ANSWER, _ALLOW),
    ]
    return b"".join(steps)


def _step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)
