"""One test for all things of a list, where thousands of tests of no time each would take long together."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Thing = TypeVar("Thing")


def of_each(
    things: Iterable[Thing], named: Callable[[Thing], str]
) -> Callable[[Callable[[Thing], None]], Callable[[], None]]:
    """Let a test be about each of the things in turn; a failure says which one it was."""

    def decorate(test: Callable[[Thing], None]) -> Callable[[], None]:
        def about_each() -> None:
            for thing in things:
                try:
                    test(thing)
                except AssertionError as failed:
                    failed.add_note(f"This was: {named(thing)}")
                    raise

        return about_each

    return decorate
