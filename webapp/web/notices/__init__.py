"""The program's own notices: each person's list, and the words of the letters that carry them."""
