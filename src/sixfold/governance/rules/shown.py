"""What the audit may keep of a request."""

from urllib.parse import parse_qsl, urlencode

_SHOWN = 2048


_SECRET_WORDS = ("token", "secret", "password", "authorization")


def shown_query(query: str) -> str:
    """A query string as the audit may keep it: without values of secrets, cut at a bound."""
    if any(word in query.lower() for word in _SECRET_WORDS) or "%" in query:
        query = _without_secrets(query)
    return query if len(query) <= _SHOWN else query[:_SHOWN] + "…"


def _without_secrets(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    secret = [any(word in key.lower() for word in _SECRET_WORDS) for key, _ in pairs]
    if not any(secret):
        return query
    return urlencode([(key, "***" if hide else value) for (key, value), hide in zip(pairs, secret, strict=True)], safe="*")
