"""The report as one HTML file: offline, with the data in it."""

from .data import page_data
from .page import html_report, page_template
from .tree import TreeLimits

__all__ = ["TreeLimits", "html_report", "page_data", "page_template"]
