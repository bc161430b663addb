"""Where mail settings are asked for: one module a source, all of one shape (see `registry`)."""
