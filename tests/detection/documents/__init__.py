"""The readers of configuration documents."""
