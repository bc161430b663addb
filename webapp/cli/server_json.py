"""One server as every command prints it in JSON; the keys are a promise to scripts."""

from typing import Any

from webapp.mail.settings import ServerSettings


def server_as_json(server: ServerSettings) -> dict[str, Any]:
    """Return the settings as values `json` can write."""
    return {
        "protocol": server.protocol.value,
        "host": server.host,
        "port": server.port,
        "security": server.security.value,
        "username": server.username,
        "auth": [method.value for method in server.auth_methods],
    }
