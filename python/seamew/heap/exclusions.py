"""References that paths leave out, by name."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["EXCLUSIONS", "WEAK_REFERENCES", "named_references"]

EXCLUSIONS: dict[str, tuple[str, ...]] = {
    "weak": ("java.lang.ref.WeakReference#referent",),
    "soft": ("java.lang.ref.SoftReference#referent",),
    "phantom": ("java.lang.ref.PhantomReference#referent",),
    "finalizer": (
        "java.lang.ref.FinalReference#referent",
        "java.lang.ref.FinalizerReference#referent",  # Android
        "java.lang.ref.Finalizer#unfinalized",
    ),
    "all": ("java.lang.ref.Reference#referent", "java.lang.ref.Finalizer#unfinalized"),
    "none": (),
}
"""Ready sets of references to leave out, as CLASS#FIELD; subclasses included."""

WEAK_REFERENCES = EXCLUSIONS["all"]
"""References that keep nothing alive for long; paths leave them out."""


def named_references(names: Iterable[str]) -> tuple[str, ...]:
    """The references that names stand for: those of `EXCLUSIONS`, or CLASS#FIELD, or CLASS."""
    found: dict[str, None] = {}
    for name in names:
        found.update(dict.fromkeys(EXCLUSIONS.get(name, (name,))))
    return tuple(found)
