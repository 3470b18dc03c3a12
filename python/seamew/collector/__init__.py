"""The collector: live JVMs from one file, with Python 3.6 or newer; `scripts/collector` builds it."""
