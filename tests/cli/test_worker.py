"""`mailroom worker`, and the background inside `mailroom serve`: starts, works, stops when told."""
