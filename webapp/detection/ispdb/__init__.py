"""The imported copy of the public provider database: reading what was downloaded, keeping it, looking it up."""
