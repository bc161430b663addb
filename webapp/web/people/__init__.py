"""Signing in, and the one-time links by which people choose their passwords."""
