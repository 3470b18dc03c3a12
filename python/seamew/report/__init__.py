"""One model, three forms: tables for people, CSV, and the JSON envelope."""

from .answer import Answer, Block, Heading, Pairs, text_lines
from .json import SCHEMA, envelope, plain
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
    "csv_lines",
    "envelope",
    "plain",
    "text_lines",
]
