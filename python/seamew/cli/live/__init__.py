"""Commands on running JVMs: options, --watch, and the live side of commands on dumps."""

from .session import LiveOptions, answer_now, answer_on_jvm, live_command, live_options, pid_of

__all__ = [
    "LiveOptions",
    "answer_now",
    "answer_on_jvm",
    "live_command",
    "live_options",
    "pid_of",
]
