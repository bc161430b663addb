"""Letters as messages: read, taken apart, written. Pure; no sockets, no database."""
