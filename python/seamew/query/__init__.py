"""Questions in languages of their own to an opened heap, and the results they give."""

from .result import Batch, QueryColumn, QueryResult, Value, ValueType

__all__ = ["Batch", "QueryColumn", "QueryResult", "Value", "ValueType"]
