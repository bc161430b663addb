"""The pages of a run in all its phases."""
