"""`make bench`: how long detection takes in the lab, beside a floor of the same run. No test asserts a time."""
