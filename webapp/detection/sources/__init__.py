"""Where settings may come from: one file a source, ranked in `registry`."""
