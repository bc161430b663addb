"""Everything the product says about servers, problems and runs: tables of message ids, read by functions."""
