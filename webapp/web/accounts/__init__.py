"""The saved mail accounts."""
