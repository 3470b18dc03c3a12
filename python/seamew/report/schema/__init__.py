"""The JSON Schema of what `seamew diagnose --json` writes."""

from importlib.resources import files

__all__ = ["diagnosis_schema"]


def diagnosis_schema() -> str:
    """The schema, as JSON (JSON Schema 2020-12). Its `$id` ends in the version."""
    file = files(__package__) / "diagnose.schema.json"
    return file.read_text(encoding="utf-8")
