"""`python -m tests.lab.demo`: the lab and a Mailroom that meets it, for a first walk through the product."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.lab import requirements
from tests.lab.domains import Mailbox
from tests.lab.lab import Lab

USUAL_LISTEN = ("127.0.0.1", 8000)
STOP_LIMIT_S = 10.0
SETUP_PATH = "/setup/"
PRACTICE = ("anna@uspeh.test", "boris@guess.test")

NEEDS = """\
{lacking}
Нужны права root и почтовые серверы Debian. Одна команда всё подготовит и запустит:
One command prepares and starts it all:

    {command}
"""

GUIDE = """
  Mailroom для пробы запущен: своя почта на этом компьютере, интернет не нужен.

  1. Откройте ссылку и задайте имя и пароль администратора:
       {link}
  2. Добавьте учётную запись, введя адрес и пароль одного из ящиков:
{mailboxes}
     Нажмите «Продолжить», посмотрите на поиск, нажмите «Готово».
  3. Попробуйте «Стоп» и «Настройка вручную» на адресе anna@silent.test: его серверы молчат.

  A practice Mailroom is running, with its own mail on this computer; no internet is needed.

  1. Open the link above and choose the administrator's name and password.
  2. Add an account with the address and password of one of the mailboxes above.
     Press Continue, watch the search, press Done.
  3. Try Stop and Configure manually on anna@silent.test: its servers never answer.

  Ctrl-C: остановить и стереть всё / stop and remove everything.
"""


class DidNotServe(Exception):
    """The Mailroom ended before it printed its set-up link."""


def main() -> int:
    """Run the demo until Ctrl-C."""
    lacking = requirements.missing()
    if lacking:
        print(NEEDS.format(lacking=lacking, command=requirements.ENABLE_DEMO))
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Lab() as lab, tempfile.TemporaryDirectory(prefix="mailroom-demo-") as instance:
            with mailroom(lab, Path(instance)) as server:
                print(guide(lab, setup_link(server)), flush=True)
                return server.wait()
    except KeyboardInterrupt:
        print("\nОстановлено / stopped.")
        return 0
    except DidNotServe as error:
        print(error, file=sys.stderr)
        return 1


@contextmanager
def mailroom(lab: Lab, instance: Path) -> Iterator[subprocess.Popen[str]]:
    """Run `mailroom serve` with the lab's settings."""
    program = Path(sys.executable).with_name("mailroom")
    with subprocess.Popen(
        [program, "serve"],
        env=environment(lab, instance),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C reaches us only, and we end it in order
    ) as server:
        lab.watcher.watch(server.pid)
        try:
            yield server
        finally:
            server.terminate()
            try:
                server.wait(STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                server.kill()


def environment(lab: Lab, instance: Path) -> Mapping[str, str]:
    """Return the settings of the demo: the lab's, its own folder, none of the person's own."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MAILROOM_")}
    own = {
        "MAILROOM_INSTANCE": str(instance),
        "MAILROOM_LISTEN": listen(),
        "MAILROOM_LOG_LEVEL": "warning",
        "PYTHONUNBUFFERED": "1",
    }
    return inherited | lab.environment() | own


def listen() -> str:
    """Return the usual address, or one whose port the system chooses if that is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(USUAL_LISTEN)
        except OSError:
            return f"{USUAL_LISTEN[0]}:0"
    return f"{USUAL_LISTEN[0]}:{USUAL_LISTEN[1]}"


def setup_link(server: subprocess.Popen[str]) -> str:
    """Read what the Mailroom prints until its one-time link comes."""
    said = []
    for line in server.stdout or ():
        if SETUP_PATH in line:
            return line.strip()
        said.append(line)
    raise DidNotServe("Mailroom did not start:\n" + "".join(said))


def guide(lab: Lab, link: str) -> str:
    """Return what to do, in both languages."""
    lines = [practice_line(lab.mailbox(address)) for address in PRACTICE]
    return GUIDE.format(link=link, mailboxes="\n".join(lines))


def practice_line(mailbox: Mailbox) -> str:
    """Return one mailbox as a line of the guide."""
    return f"       {mailbox.address:<20} {mailbox.password}"


if __name__ == "__main__":
    sys.exit(main())
