"""Readers of configuration documents: pure functions from bytes, content type and address to a `Document`."""
