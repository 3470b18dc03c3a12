"""Questions in languages of their own to an opened heap, and the results they give."""

from .oql import OqlResult, run_oql
from .result import Batch, QueryColumn, QueryResult, Value, ValueType

__all__ = ["Batch", "OqlResult", "QueryColumn", "QueryResult", "Value", "ValueType", "run_oql"]
