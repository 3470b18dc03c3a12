"""Reports on components: what they take, and what of it is waste."""

from .report import component_report, top_components

__all__ = ["component_report", "top_components"]
