"""Letting the JVM write a dump to a file, and what to say where it does not come to its end."""

from __future__ import annotations

from dataclasses import dataclass

from seamew.errors import (
    CancelledError,
    JvmCommandError,
    JvmNotAnsweringError,
    JvmNotFoundError,
    NoRoomError,
    SeamewError,
)
from seamew.jvm.pauses import stopped_seconds
from seamew.units import format_bytes

from .answers import DumpNotCreatedError, check_answer
from .background import Background
from .estimate import GZ, merges_segments
from .files import PART_SUFFIX, Part
from .order import DumpOrder
from .salvage import has_ended, save_rest

__all__ = ["Written", "write_part"]


@dataclass(frozen=True)
class Written:
    """The JVM has written the dump; `was_interrupted`: Ctrl-C came, but was waited through."""

    pause_seconds: float | None
    was_interrupted: bool


def write_part(order: DumpOrder, part: Part) -> Written:
    """Let the JVM write the dump.

    Raises DumpNotCreatedError where nothing was written, NoRoomError or JvmCommandError where not
    all, JvmNotFoundError where the JVM has ended, JvmNotAnsweringError and CancelledError where it
    goes on alone; the messages say what has become of the file.
    """
    try:
        with stopped_seconds(order.jvm) as stopped:
            was_interrupted = _request(order, part)
    except (JvmNotFoundError, JvmNotAnsweringError) as error:
        if has_ended(order.jvm):
            raise _ended(order, part) from error
        error.hint = _where_it_goes_on(order, part)
        raise
    except DumpNotCreatedError:
        raise
    except (JvmCommandError, NoRoomError) as error:
        error.hint = f"{_what_is_left(order, part)}; {error.hint}".rstrip("; ")
        raise
    return Written(stopped(), was_interrupted)


def _request(order: DumpOrder, part: Part) -> bool:
    """Ask the JVM, and watch the file grow; returns whether Ctrl-C came."""
    wish, found = order.wish, order.found
    arguments = [part.jvm_path, "-live" if wish.is_live else "-all"]
    arguments += [str(wish.level)] if wish.method == GZ else []
    times = 2 if merges_segments(found.heap.java_major) else 1
    estimate = found.estimate
    once = estimate.expected_packed_bytes if wish.method == GZ else estimate.expected_bytes
    interrupts: list[bool] = []
    answers: list[str] = []

    def ask() -> None:
        limit = order.limit_seconds
        answers.append(order.client.execute("dumpheap", *arguments, timeout_seconds=limit))

    def look() -> None:
        order.watcher.on_progress("dump", part.written_bytes, times * once)

    def on_interrupt() -> bool:
        interrupts.append(order.watcher.on_interrupt())
        return interrupts[-1]

    try:
        Background(ask).watch(look, on_interrupt)
    except KeyboardInterrupt as interrupt:
        message = f"left while JVM {order.jvm.pid} goes on with the dump by itself"
        raise CancelledError(message, hint=_where_it_goes_on(order, part)) from interrupt
    said = check_answer(order.jvm.pid, answers[0])
    if said is not None and said != part.written_bytes:
        raise JvmCommandError(
            f"JVM {order.jvm.pid} says it has written {said} bytes,"
            f" but {part.written_bytes} are there"
        )
    return bool(interrupts)


def _where_it_goes_on(order: DumpOrder, part: Part) -> str:
    return (
        f"its file is {part.path}: when it grows no more, move it to {order.wish.first_path}"
        " or remove it"
    )


def _what_is_left(order: DumpOrder, part: Part) -> str:
    written = format_bytes(part.written_bytes)
    if order.keep_part:
        return f"the {written} written are kept in {part.path}"
    part.remove()
    return f"the {written} written were removed (--keep-part keeps them)"


def _ended(order: DumpOrder, part: Part) -> SeamewError:
    """The JVM was killed or has crashed: what it has written is all that will ever be there."""
    path = order.wish.first_path.with_name(order.wish.first_path.name + PART_SUFFIX)
    message = f"JVM {order.jvm.pid} ended while it wrote the dump"
    try:
        save_rest(part, path)
    except (OSError, SeamewError) as error:
        return JvmNotFoundError(
            f"{message}, and the part that is there could not be saved: {error}",
            hint=f"it may still be in {part.path}",
        )
    return JvmNotFoundError(
        message,
        hint=f"what it has written is in {path}: `seamew diagnose` reads it as far as it goes",
    )
