"""Frozen values that all layers share. The native engine's rows have these fields as keys."""

from .dump import DumpEntry, DumpWarning, HeapFacts, MemoryPlan, ProgressSnapshot
from .findings import AccumulationPoint, Consumers, Diagnosis, Owner, Suspect, SuspectKind
from .objects import FieldValue, ObjectDetail, ObjectRow, ReferenceRow
from .paths import (
    ClassReferenceRow,
    ClassReferences,
    MergedClassRow,
    MergedPathRow,
    MergedPaths,
    PathsFromRoots,
    PathStep,
)
from .tables import ArrayRow, ClassRow, FirstPass, GroupRow, HistogramRow, RootRow
from .threads import LocalVariable, StackFrame, ThreadRow

__all__ = [
    "AccumulationPoint",
    "ArrayRow",
    "ClassReferenceRow",
    "ClassReferences",
    "ClassRow",
    "Consumers",
    "Diagnosis",
    "DumpEntry",
    "DumpWarning",
    "FieldValue",
    "FirstPass",
    "GroupRow",
    "HeapFacts",
    "HistogramRow",
    "LocalVariable",
    "MemoryPlan",
    "MergedClassRow",
    "MergedPathRow",
    "MergedPaths",
    "ObjectDetail",
    "ObjectRow",
    "Owner",
    "PathStep",
    "PathsFromRoots",
    "ProgressSnapshot",
    "ReferenceRow",
    "RootRow",
    "StackFrame",
    "Suspect",
    "SuspectKind",
    "ThreadRow",
]
