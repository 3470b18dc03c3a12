"""One model, four forms: tables for people, Markdown, CSV, and the JSON envelope."""

from .answer import Answer, Block, Heading, Pairs, Verbatim, text_lines
from .json import SCHEMA, envelope, plain
from .markdown import markdown_lines
from .tables import Column, Kind, More, Table, csv_lines

__all__ = [
    "SCHEMA",
    "Answer",
    "Block",
    "Column",
    "Heading",
    "Kind",
    "More",
    "Pairs",
    "Table",
    "Verbatim",
    "csv_lines",
    "envelope",
    "markdown_lines",
    "plain",
    "text_lines",
]
