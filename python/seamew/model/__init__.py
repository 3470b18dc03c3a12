"""Frozen values that all layers share. The native engine's rows have these fields as keys."""

from .dump import DumpEntry, DumpWarning, HeapFacts, MemoryPlan, ProgressSnapshot
from .findings import AccumulationPoint, Consumers, Diagnosis, Owner, Suspect, SuspectKind
from .objects import FieldValue, MergedPathRow, ObjectDetail, ObjectRow, PathStep, ReferenceRow
from .tables import (
    ArrayRow,
    ClassRow,
    DropRow,
    FirstPass,
    GroupRow,
    GroupTreeRow,
    HistogramDifference,
    HistogramRow,
    ImmediateDominatorRow,
    RootRow,
)
from .threads import LocalVariable, StackFrame, ThreadRow

__all__ = [
    "AccumulationPoint",
    "ArrayRow",
    "ClassRow",
    "Consumers",
    "Diagnosis",
    "DropRow",
    "DumpEntry",
    "DumpWarning",
    "FieldValue",
    "FirstPass",
    "GroupRow",
    "GroupTreeRow",
    "HeapFacts",
    "HistogramDifference",
    "HistogramRow",
    "ImmediateDominatorRow",
    "LocalVariable",
    "MemoryPlan",
    "MergedPathRow",
    "ObjectDetail",
    "ObjectRow",
    "Owner",
    "PathStep",
    "ProgressSnapshot",
    "ReferenceRow",
    "RootRow",
    "StackFrame",
    "Suspect",
    "SuspectKind",
    "ThreadRow",
]
