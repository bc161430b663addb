"""Readers of configuration documents: pure functions from bytes to a value."""
