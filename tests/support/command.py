"""The command line as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SECONDS = 120


def environment(**changes: str) -> dict[str, str]:
    """The environment of a command: no colours, no terminal, English, whatever the locale."""
    names = ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONPATH")
    known = {name: os.environ[name] for name in names if name in os.environ}
    return known | {"LC_MESSAGES": "C"} | changes


def seamew(
    *arguments: str | Path, cwd: Path | None = None, **changes: str
) -> subprocess.CompletedProcess[str]:
    """Run `python -m seamew` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "seamew", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        cwd=cwd,
        env=environment(**changes),
    )


def result(*arguments: str | Path, code: int = 0) -> Any:  # noqa: ANN401 (JSON)
    """The `result` of a command's --json."""
    done = seamew(*arguments, "--json")
    assert done.returncode == code, done.stderr
    whole = json.loads(done.stdout)
    assert (whole["schema"], whole["command"]) == ("seamew/1", str(arguments[0]))
    return whole["result"]
