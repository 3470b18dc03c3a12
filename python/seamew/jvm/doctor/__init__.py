"""Why attaching, dumping and sampling will or will not work, and what to type: from files alone."""

from .examine import JvmExamination, examine_host, examine_jvm, examine_jvms
from .finding import FAIL, OK, WARN, Finding, worst

__all__ = [
    "FAIL",
    "OK",
    "WARN",
    "Finding",
    "JvmExamination",
    "examine_host",
    "examine_jvm",
    "examine_jvms",
    "worst",
]
