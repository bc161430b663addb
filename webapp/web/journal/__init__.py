"""The journal as people read it: their own part, administrators all of it; on screen and as a table to take away."""
