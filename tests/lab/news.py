"""An own INN: its nnrpd serves news readers on 119 and 563, one process a connection, and asks us for passwords."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.lab.domains import Mailbox

UNPACKED = Path("/usr/local/lib/mailroom-lab/news")
PROGRAMS = UNPACKED / "usr" / "lib" / "news"
NNRPD = PROGRAMS / "bin" / "nnrpd"

HOST = "news.uspeh.test"
GROUP = "uspeh.test.drafts"
USER = "news"  # every Debian has it; nnrpd does not serve as root

CONFIG = """\
organization: "The lab"
domain: uspeh.test
pathhost: {host}
mta: "/bin/false"
runasuser: {user}
runasgroup: {user}
ovmethod: tradindexed
hismethod: hisv6
enableoverview: true
nnrpdloadlimit: 0
pathnews: {programs}
pathbin: {programs}/bin
pathetc: {folder}/etc
pathfilter: {folder}/etc
pathdb: {folder}/db
pathrun: {folder}/run
pathlog: {folder}/run
pathtmp: {folder}/run
pathspool: {folder}/spool
patharticles: {folder}/spool/articles
pathoverview: {folder}/spool/overview
tlscertfile: {folder}/etc/host.pem
tlskeyfile: {folder}/etc/host.pem
"""

READERS = """\
auth everybody {{
    hosts: "*"
    auth: "{folder}/etc/judge"
}}
access people {{
    users: "*@uspeh.test"
    newsgroups: "*"
}}
"""

STORAGE = "method tradspool {\n    newsgroups: *\n    class: 0\n}\n"

# Reads what nnrpd tells of a login and says whose it is, or nothing (INN, doc/external-auth).
JUDGE = """\
#!/bin/sh
while read -r line; do
    line=${{line%"$(printf '\\r')"}}
    case $line in
    "ClientAuthname: "*) name=${{line#ClientAuthname: }} ;;
    "ClientPassword: "*) password=${{line#ClientPassword: }} ;;
    .) break ;;
    esac
done
if grep -Fxq -- "$name:$password" {folder}/etc/passwords; then
    printf 'User:%s\\r\\n' "$name"
fi
"""


def write_config(folder: Path, pem: Path, people: Iterable[Mailbox]) -> None:
    """Write configuration, passwords and an empty spool of an INN that lives in `folder`."""
    for name in ("etc", "db", "run", "spool/articles", "spool/overview"):
        (folder / name).mkdir(parents=True)
    settings = folder / "etc"
    (settings / "inn.conf").write_text(CONFIG.format(folder=folder, host=HOST, user=USER, programs=PROGRAMS))
    (settings / "readers.conf").write_text(READERS.format(folder=folder))
    (settings / "storage.conf").write_text(STORAGE)
    (settings / "passwords").write_text("".join(f"{person.address}:{person.password}\n" for person in people))
    (settings / "judge").write_text(JUDGE.format(folder=folder))
    (settings / "judge").chmod(0o755)
    shutil.copy(pem, settings / "host.pem")
    for name, text in (("active", f"{GROUP} 0000000000 0000000001 y\n"), ("newsgroups", f"{GROUP}\tDrafts\n")):
        (folder / "db" / name).write_text(text)
    for name in ("db/active.times", "db/history", "spool/tradspool.map"):
        (folder / name).touch()
    give_to_news(folder)
    for command in (("makedbz", "-i", "-o", "-s", "100", "-f", f"{folder}/db/history"), ("makehistory", "-OxIF")):
        subprocess.run(program(folder, *command), cwd=folder / "db", check=True, capture_output=True)
    give_to_news(folder)


def give_to_news(folder: Path) -> None:
    """Make everything the news user's, and the key and the passwords nobody else's."""
    owner = pwd.getpwnam(USER)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    for name in ("host.pem", "passwords"):
        (folder / "etc" / name).chmod(0o600)


def program(folder: Path, name: str, *arguments: str) -> tuple[str, ...]:
    """Return the command line of one of INN's programs, with its libraries and its configuration."""
    return (
        "/usr/bin/env",
        f"LD_LIBRARY_PATH={PROGRAMS}",
        f"INNCONF={folder}/etc/inn.conf",
        str(PROGRAMS / "bin" / name),
        *arguments,
    )


def server(folder: Path, address: str, port: int) -> tuple[str, ...]:
    """Return the command line of the server for one port."""
    tls = ("-S",) if port == 563 else ()
    return program(folder, "nnrpd", "-D", "-f", "-n", *tls, "-b", address, "-p", str(port))
