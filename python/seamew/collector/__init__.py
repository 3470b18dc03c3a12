"""The collector: one file for machines where nothing can be installed, Python 3.6 or newer.

`scripts/collector` cuts it out of this package, `seamew.jvm` and `seamew.report`.
"""
