"""Being another user for a moment, in the calling thread alone.

A JVM looks at who connects to its attach socket: JDK 8 wants its own effective user and group, a
later one takes root too, unless root has no number in the JVM's user namespace. The functions of
the C library change all threads of a process at once; the system calls below them change one.
Numbers: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["acting_as"]

_ROOT_UID = 0
_SETRESUID_SETRESGID = {"x86_64": (117, 119), "aarch64": (147, 149)}
_POINTER_BYTES = 8  # a 32-bit Python on such a machine has other numbers
_UNCHANGED = -1


@contextmanager
def acting_as(uid: int, gid: int) -> Iterator[None]:
    """Have the effective user and group of a JVM within the block, in this thread.

    Only root can; everybody else, and root where there are no ctypes or no such numbers in its
    namespace, stays who he is: newer JVMs take root as he is. `/proc/self` stays open throughout.
    """
    before = os.geteuid(), os.getegid()
    if before[0] != _ROOT_UID or (uid, gid) == before:
        yield
        return
    change = _changer()
    if change is None or not change(uid, gid):
        yield
        return
    try:
        yield
    finally:
        if not change(*before):
            raise OSError("this thread cannot become root again")


def _changer() -> Callable[[int, int], bool] | None:
    """A function that changes both, or neither and says False; None: not on this machine."""
    numbers = _SETRESUID_SETRESGID.get(os.uname().machine)
    if numbers is None or struct.calcsize("P") != _POINTER_BYTES:
        return None
    try:
        import ctypes  # noqa: PLC0415 (some Pythons lack it, and most runs need none)

        system_call = ctypes.CDLL(None).syscall
    except (ImportError, OSError, AttributeError):
        return None
    set_uid, set_gid = numbers

    def call(number: int, effective: int) -> bool:
        words = (number, _UNCHANGED, effective, _UNCHANGED)
        return bool(system_call(*map(ctypes.c_long, words)) == 0)

    def change(uid: int, gid: int) -> bool:
        """The group can only be changed as root: first on the way down, last on the way up."""
        if uid == _ROOT_UID:
            return call(set_uid, uid) and call(set_gid, gid)
        old_gid = os.getegid()
        if not call(set_gid, gid):
            return False
        if call(set_uid, uid):
            return True
        call(set_gid, old_gid)
        return False

    return change
