"""One file per command; `seamew.cli.registry` lists them."""
