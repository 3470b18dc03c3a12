"""The live screen of a JVM: the only part that knows Textual, an optional dependency."""
