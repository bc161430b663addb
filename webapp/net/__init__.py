"""Everything that touches the network: guard, resolver, line stream, TLS, HTTP. The only package with sockets."""
