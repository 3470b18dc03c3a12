"""In which language a command answers."""

from __future__ import annotations

import click

from seamew.wording import Language, language_of_environment

from .options import OutputOptions

__all__ = ["LANGUAGE_OPTION", "language_of"]

LANGUAGE_OPTION = click.option(
    "--lang",
    type=click.Choice([language.value for language in Language]),
    help="Language of the texts.  [default: that of the locale; in JSON and CSV en]",
)


def language_of(options: OutputOptions, lang: str | None) -> Language:
    """The language asked for; else people get that of their locale, programs English."""
    if lang is not None:
        return Language(lang)
    return language_of_environment() if options.output.is_for_people else Language.ENGLISH
