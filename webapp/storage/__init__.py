"""What is kept: models, database, secrets, and the functions that change them. Knows no web."""
