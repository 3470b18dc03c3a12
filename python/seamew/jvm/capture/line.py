"""The line to a JVM during a capture: given up once it is plain that nobody answers.

A JVM takes one request at a time, and goes on with one that was not waited for. So after a request
that ran out of time another is tried, which may have to wait for the first; after two in a row, or
where the JVM has never answered, the rest of the capture does without.
"""

from __future__ import annotations

from seamew.errors import AttachRefusedError, JvmNotAnsweringError
from seamew.jvm.attaching import AttachClient

__all__ = ["Line"]

_MOST_SILENCES = 2
_FIRST_ANSWER_SECONDS = 10.0


class Line:
    """Asks one JVM, with its memory of how that went."""

    def __init__(self, client: AttachClient) -> None:
        self._client = client
        self._silences = 0
        self._has_answered = False
        self.given_up: str | None = None

    def ask(self, command: str, *arguments: str, timeout_seconds: float) -> str:
        """The JVM's answer. Raises what AttachClient.execute raises.

        After the line was given up it raises JvmNotAnsweringError at once.
        """
        client = self.client()
        if not self._has_answered:
            timeout_seconds = min(timeout_seconds, _FIRST_ANSWER_SECONDS)
        try:
            answer = client.execute(command, *arguments, timeout_seconds=timeout_seconds)
        except AttachRefusedError as error:
            self.given_up = f"not asked: {error.message}"
            raise
        except JvmNotAnsweringError as error:
            self._silences += 1
            if self._silences >= _MOST_SILENCES or not self._has_answered:
                self.given_up = f"not asked any more: {error.message}"
            raise
        self._silences = 0
        self._has_answered = True
        return answer

    def client(self) -> AttachClient:
        """The line itself, for what takes long.

        Raises JvmNotAnsweringError where it was given up.
        """
        if self.given_up is not None:
            raise JvmNotAnsweringError(self.given_up)
        return self._client

    def insist(self, line: str, *, timeout_seconds: float) -> str:
        """The answer to a diagnostic command, asked even after the line was given up."""
        return self._client.jcmd(line, timeout_seconds=timeout_seconds)
