"""Leaks, copies and contradictions in data folders."""
