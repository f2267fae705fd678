"""Terms as expressions of SQLite's full-text search.

Nothing that was typed reaches the expression but letters and digits, each word in quotation
marks, so that none of the search's own syntax can be typed.
"""

from collections.abc import Iterable

from bot.feeds.terms import Term, Terms


def all_of(terms: Terms) -> str:
    """Every wanted term, and no unwanted one."""
    return _without(_joined(" AND ", terms.wanted), terms)


def any_of(terms: Terms) -> str:
    """At least one wanted term, and no unwanted one."""
    return _without(_joined(" OR ", terms.wanted), terms)


def in_title(terms: Terms) -> str:
    """Every wanted term in the title."""
    return f"{{title}} : ({_joined(' AND ', terms.wanted)})"


def prominent(terms: Terms) -> str:
    """A wanted term in the title, or all of them next to each other as they were typed."""
    found = f"({{title}} : ({_joined(' OR ', terms.wanted)}))"
    if len(terms.wanted) > 1 and not any(term.prefix for term in terms.wanted[:-1]):
        words = tuple(word for term in terms.wanted for word in term.typed)
        found += f" OR ({_phrase(words, prefix=terms.wanted[-1].prefix)})"
    return found


def only(term: Term) -> str:
    """One term alone."""
    return _phrase(term.typed, prefix=term.prefix)


def _joined(operator: str, terms: Iterable[Term]) -> str:
    return operator.join(f"({only(term)})" for term in terms)


def _without(wanted: str, terms: Terms) -> str:
    if not terms.unwanted:
        return wanted
    return f"({wanted}) NOT ({_joined(' OR ', terms.unwanted)})"


def _phrase(words: tuple[str, ...], *, prefix: bool) -> str:
    quoted = " ".join(words)
    assert '"' not in quoted, "terms are letters and digits"
    return f'"{quoted}"' + (" *" if prefix else "")
