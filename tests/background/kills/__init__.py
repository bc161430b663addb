"""Workers that are killed without warning, against real servers."""
