"""Known mail domains that a typed one is nearly; pure."""

from collections.abc import Iterable

SHORTEST_NAME = 4  # shorter names (ya.ru, me.com) are a slip away from too many real domains
SHORTEST_FOR_TWO_SLIPS = 8  # of the whole domain


def near_misses(domain: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known domains a domain is one or two slips away from, nearest first."""
    distances = {candidate: slips(domain, candidate) for candidate in known if _comparable(candidate)}
    near = [candidate for candidate, distance in distances.items() if distance <= _allowed(domain, candidate)]
    return tuple(sorted(near, key=lambda candidate: (distances[candidate], candidate)))


def slips(typed: str, meant: str) -> int:
    """Return how many slips of a finger lie between two words: a letter wrong, missing, too much, or two swapped.

    The optimal string alignment distance (Damerau-Levenshtein without overlapping swaps).
    """
    before_last: list[int] = []
    last = list(range(len(meant) + 1))
    for row, letter in enumerate(typed, 1):
        current = [row]
        for column, wanted in enumerate(meant, 1):
            best = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (letter != wanted))
            swapped = row > 1 and column > 1 and letter == meant[column - 2] and typed[row - 2] == wanted
            current.append(min(best, before_last[column - 2] + 1) if swapped else best)
        before_last, last = last, current
    return last[-1]


def _comparable(candidate: str) -> bool:
    return len(candidate.partition(".")[0]) >= SHORTEST_NAME


def _allowed(domain: str, candidate: str) -> int:
    # A first letter is rarely mistyped, and small.com must not become gmail.com.
    return 2 if min(len(domain), len(candidate)) >= SHORTEST_FOR_TWO_SLIPS and domain[0] == candidate[0] else 1
