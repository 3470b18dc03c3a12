"""The report as one HTML file: offline, with the data in it."""

from .page import build_hint, html_report, page_template

__all__ = ["build_hint", "html_report", "page_template"]
