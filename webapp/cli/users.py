"""`mailroom users`: the people who may sign in, for whoever has the machine."""

import sys

import click

from webapp.cli.effective import database_session, effective_settings
from webapp.storage.journal import record
from webapp.storage.models import Action, LinkPurpose, User
from webapp.storage.users import NameTaken, create_link, create_user, everybody, find_user
from webapp.web.people.password_rules import LONGEST, SHORTEST, PasswordFault, fault_of

SENTENCES = {
    PasswordFault.TOO_SHORT: f"use at least {SHORTEST} characters",
    PasswordFault.TOO_LONG: f"use at most {LONGEST} characters",
    PasswordFault.IS_THE_NAME: "it is little more than the login name",
    PasswordFault.TOO_SIMPLE: "it repeats a few characters",
}


@click.group()
def users() -> None:
    """Add people, list them, reset their sign-in passwords."""


@users.command()
@click.argument("name")
@click.option("--display-name", help="The name others see; the login name if left out.")
@click.option("--admin", is_flag=True, help="Make the person an administrator.")
@click.option("--link", is_flag=True, help="Print a one-time link by which the person chooses the password.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def add(name: str, display_name: str | None, admin: bool, link: bool, password_stdin: bool) -> None:
    """Add a person who signs in as NAME."""
    if link and password_stdin:
        raise click.UsageError("--link and --password-stdin exclude each other.")
    if not name.strip() or any(character.isspace() for character in name):
        raise click.UsageError("NAME must not be empty or contain spaces.")
    settings = effective_settings()
    password = None if link else new_password(name, password_stdin)
    with database_session(settings) as session:
        try:
            user = create_user(session, name, display_name or "", password, is_admin=admin)
        except NameTaken:
            raise click.ClickException(f"there is already a person with the login name {name}") from None
        details = ("name", user.name), ("is_admin", "yes" if admin else "no")
        record(session, Action.USER_ADDED, by=None, subject=user.display_name, owner_id=user.id, details=details)
        click.echo(f"Added {user.name}" + (", an administrator." if admin else "."))
        if link:
            say_link(settings.address, create_link(session, LinkPurpose.RESET_PASSWORD, user))


@users.command("list")
def list_everybody() -> None:
    """List everybody: login name, role, state, name."""
    with database_session(effective_settings()) as session:
        people = everybody(session)
        width = max((len(user.name) for user in people), default=0)
        for user in people:
            role = "administrator" if user.is_admin else "user"
            click.echo(f"{user.name:<{width}}  {role:<13}  {state_of(user):<11}  {user.display_name}")
        if not people:
            click.echo("Nobody yet: start `mailroom serve` and open the link it prints.")


@users.command("reset-password")
@click.argument("name")
def reset_password(name: str) -> None:
    """Print a one-time link by which NAME chooses a new password."""
    settings = effective_settings()
    with database_session(settings) as session:
        user = find_user(session, name)
        if user is None:
            raise click.ClickException(f"nobody has the login name {name}")
        if user.disabled:
            raise click.ClickException(f"{user.name} is disabled, so a new password would open nothing")
        say_link(settings.address, create_link(session, LinkPurpose.RESET_PASSWORD, user))
        click.echo("Using it locks the person's own mail accounts until their mailbox passwords are typed again.")


def new_password(name: str, from_stdin: bool) -> str:
    """Return a password good enough, asked for twice unless it is piped in."""
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = str(click.prompt("Password", hide_input=True, confirmation_prompt="Once more"))
    fault = fault_of(password, name)
    if fault is not None:
        raise click.ClickException(f"this password will not do: {SENTENCES[fault]}")
    return password


def state_of(user: User) -> str:
    """Return whether the person can sign in."""
    if user.disabled:
        return "disabled"
    return "active" if user.password_hash else "no password"


def say_link(address: str, token: str) -> None:
    """Print a link for choosing a password."""
    click.echo("This link sets the sign-in password; it works once, for 24 hours, and ends the person's open sessions:")
    click.echo(f"\n    {address}/reset-password/{token}\n")
