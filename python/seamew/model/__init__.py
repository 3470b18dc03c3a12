"""Frozen values that all layers share. The native engine's rows have these fields as keys."""

from .collections import (
    CollectionClassRow,
    CollectionRatioRow,
    CollectionRow,
    CollectionSizeRow,
    CollectionSums,
    CollectionTable,
    Contents,
    EntryRow,
    Item,
)
from .dump import DumpEntry, DumpWarning, HeapFacts, MemoryPlan, ProgressSnapshot
from .findings import AccumulationPoint, Consumers, Diagnosis, Owner, Suspect, SuspectKind
from .objects import FieldValue, MergedPathRow, ObjectDetail, ObjectRow, PathStep, ReferenceRow
from .tables import ArrayRow, ClassRow, FirstPass, GroupRow, HistogramRow, RootRow
from .threads import LocalVariable, StackFrame, ThreadRow

__all__ = [
    "AccumulationPoint",
    "ArrayRow",
    "ClassRow",
    "CollectionClassRow",
    "CollectionRatioRow",
    "CollectionRow",
    "CollectionSizeRow",
    "CollectionSums",
    "CollectionTable",
    "Consumers",
    "Contents",
    "Diagnosis",
    "DumpEntry",
    "DumpWarning",
    "EntryRow",
    "FieldValue",
    "FirstPass",
    "GroupRow",
    "HeapFacts",
    "HistogramRow",
    "Item",
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
