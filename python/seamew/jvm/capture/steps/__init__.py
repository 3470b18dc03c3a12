"""One file for each kind of evidence; `registry` has them in order."""
