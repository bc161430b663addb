"""What went wrong, why most likely and what to do: the one place for such words, read from `catalogue/*.toml`."""
