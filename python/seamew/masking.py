"""Secrets in settings and texts: found by telling names and forms, and left out."""

from __future__ import annotations

import re

__all__ = ["MASK", "masked", "masked_text"]

MASK = "***"
"""What stands for a secret."""
_TELLING_WORDS = (
    r"passw(?:or)?d|passphrase|pwd|secret|token|credential|(?:key|trust)store[-_.]?pass"
    r"|private|api[-_.]?key|access[-_.]?key|authorization"
)
_SECRET_NAME = re.compile(_TELLING_WORDS, re.IGNORECASE)
_PUBLIC_VALUE = re.compile(r"true|false|\d{1,3}|", re.IGNORECASE)
_SECRETS_IN_VALUES = (
    # -Ddb.password=…, token: …, --secret …
    (
        re.compile(rf"((?:{_TELLING_WORDS})[-\w.]*\s*[=:]\s*)([^\s,;&]+)", re.IGNORECASE),
        rf"\1{MASK}",
    ),
    (
        re.compile(rf"(--?[-\w.]{{0,64}}?(?:{_TELLING_WORDS})[-\w.]*\s+)(?!-)(\S+)", re.IGNORECASE),
        rf"\1{MASK}",
    ),
    # https://user:password@host, https://token@host
    (re.compile(r"(\w://[^/\s:@]+:)[^/\s@]+@"), rf"\1{MASK}@"),
    (re.compile(r"(\w://)[^/\s:@]{16,}@"), rf"\1{MASK}@"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.?[\w-]*"), MASK),
    (re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"), MASK),
    # Long, with capitals, small letters and digits, and no path.
    (
        re.compile(
            r"(?<![\w/.:\\+-])(?=[\w+/-]{32})(?=[\w+-]*[a-z])(?=[\w+-]*[A-Z])(?=[\w+-]*\d)"
            r"[\w+-]+(?:/[\w+-]+){0,2}={0,2}(?![\w/.:\\])"
        ),
        MASK,
    ),
    (re.compile(r"\b[0-9a-fA-F]{32,}\b"), MASK),
)


def masked(name: str, value: str) -> tuple[str, bool]:
    """The value of a setting without what may be a secret, and whether anything was left out."""
    if _SECRET_NAME.search(name) and not _PUBLIC_VALUE.fullmatch(value):
        return MASK, True
    shown = masked_text(value)
    return shown, shown != value


def masked_text(text: str) -> str:
    """A text without what may be a secret in it: values behind telling names, keys, tokens."""
    for pattern, replacement in _SECRETS_IN_VALUES:
        text = pattern.sub(replacement, text)
    return text
