"""Known mail domains that a typed one is nearly; pure."""

from collections.abc import Iterable

# Real providers that are not in our table: never corrected, and worth correcting to.
FURTHER_DOMAINS = frozenset(
    "mail.com email.com ymail.com yahoo.com yahoo.de yahoo.fr yahoo.co.uk rocketmail.com aol.com aim.com gmx.com "
    "gmx.net gmx.de gmx.at gmx.ch web.de t-online.de posteo.de mailbox.org zoho.com zoho.eu fastmail.com ukr.net i.ua "
    "inbox.lv inbox.eu inbox.lt mail.ee seznam.cz email.cz onet.pl wp.pl o2.pl tlen.pl orange.fr free.fr laposte.net "
    "qq.com 163.com 126.com naver.com xmail.ru tuta.com".split()
)
SHORTEST_NAME = 4  # shorter names (ya.ru, me.com) are a slip away from too many real domains
SHORTEST_FOR_TWO_SLIPS = 8  # of the whole domain


def near_misses(domain: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known domains a domain is one or two slips away from, nearest first; none for a known one."""
    everyone = FURTHER_DOMAINS.union(known)
    if domain in everyone:
        return ()
    distances = {candidate: slips(domain, candidate) for candidate in everyone if _comparable(candidate)}
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
