"""A mail world on loopback addresses: real Dovecot and Postfix, a DNS, autoconfig hosts, an own CA.

Not part of the product: Mailroom meets the lab only through ordinary
administrator settings (`Lab.environment`).
"""
