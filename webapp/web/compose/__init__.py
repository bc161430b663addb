"""Pages where letters are written, wait, and end."""
