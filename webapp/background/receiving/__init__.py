"""Receiving: letters come from the server into the database, each exactly once, and what people did goes back."""
