"""Answers about live JVMs: one file for each question, shared by `seamew` and its collector."""
