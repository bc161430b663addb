"""Finding the servers of an address and proving them. Knows neither Flask nor SQLAlchemy."""
