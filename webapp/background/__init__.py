"""Work that outlives a request: the runner of probe runs."""
