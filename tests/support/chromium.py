"""A real browser for tests: Chromium by Playwright, where both are installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

__all__ = ["Opened", "chromium"]

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def chromium() -> Iterator[Any]:
    """A running browser. Skips the test where there is none."""
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        pytest.skip("no Chromium (apt-get install chromium fonts-noto-cjk)")
    if find_spec("playwright") is None:
        pytest.skip("no Playwright (pip install playwright)")
    # Playwright is no part of the locked tools: it is 160 MB.
    with import_module("playwright.sync_api").sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


class Opened:
    """A page in the browser, with all that it complained of and asked the network for."""

    def __init__(self, browser: Any, file: Path, **context: Any) -> None:  # noqa: ANN401
        self.context = browser.new_context(**({"locale": "en-US"} | context))
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(file.as_uri())

    def text(self, selector: str) -> str:
        """The text of the first such element."""
        return str(self.page.inner_text(selector))

    def texts(self, selector: str) -> list[str]:
        """The texts of all such elements."""
        return [str(text) for text in self.page.locator(selector).all_inner_texts()]

    def attribute(self, selector: str, name: str) -> str | None:
        """An attribute of the first such element."""
        value: str | None = self.page.get_attribute(selector, name)
        return value

    def is_wider_than_the_window(self) -> bool:
        """Whether one must scroll sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
