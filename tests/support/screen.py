"""What a Textual application shows, as text."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.pilot import Pilot


def screen_text(app: App[Any]) -> str:
    """The lines of its terminal."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


async def wait_for(
    pilot: Pilot[Any], condition: Callable[[], bool], what: str, seconds: float = 30.0
) -> None:
    """Give the application its turn until something is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            message = f"not within {seconds} s: {what}\n{screen_text(pilot.app)}"
            raise TimeoutError(message)
        await pilot.pause(0.02)
