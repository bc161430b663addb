"""A process of its own that runs one run until it is killed: `python -m tests.background.victim FILE RUN PORT`."""

import sys
from ipaddress import ip_network

from sqlalchemy.orm import sessionmaker

from tests.certificates import trusting
from webapp.background.runner import Runner
from webapp.detection.providers import ProviderTable
from webapp.detection.surroundings import KnownAccount, Surroundings
from webapp.net.guard import Guard
from webapp.net.network import Network
from webapp.net.resolver import NameServer, Resolver
from webapp.storage.database import make_engine
from webapp.storage.secrets import SecretBox


def main(database_file: str, run_id: str, port: int) -> None:
    """Run the run for ever."""
    guard = Guard((ip_network("127.0.0.0/8"),), mail_ports=frozenset({port}))
    network = Network(guard, Resolver((NameServer("127.0.0.1", 9),)), trusting())

    def surroundings(known: tuple[KnownAccount, ...]) -> Surroundings:
        return Surroundings(network, ProviderTable.load(), known)

    factory = sessionmaker(make_engine(f"sqlite:///{database_file}"))
    runner = Runner(factory, SecretBox((SecretBox.new_key(),)), surroundings)
    runner.start(run_id)
    runner.wait(run_id, 3600)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
