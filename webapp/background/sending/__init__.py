"""Sending in the background: the letters of an account's outbox, one after another, and their copies in Sent."""
