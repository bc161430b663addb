"""The forms of the set-up: what may be typed, and the sentences for what may not."""
