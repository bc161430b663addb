"""Libraries that read and send letters, over connections of `webapp.net` that our own sessions have logged in.

The sessions prove, the libraries work: whoever logs in, over which TLS, with
which certificate and by which method, is decided in one place, and no library
ever hears a password.
"""
