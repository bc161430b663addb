"""Reading: the tree of all folders, lists of letters, letters."""
