"""The collector: live JVMs from one file that needs Python 3.6 alone (`scripts/collector`)."""
