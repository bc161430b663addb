"""What a person takes along to whoever helps: the report of a run, and what to ask the provider."""
