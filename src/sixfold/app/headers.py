"""What every answer of the web process tells a browser to refuse, whoever makes the answer."""

from typing import Any, Final

SECURITY_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' blob: data:; media-src 'self' blob:; worker-src 'self' blob:; connect-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

_RAW: Final = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]


async def add_security_headers(message: Any, _scope: Any) -> None:
    """Add them where an answer begins; the framework's own way leaves out errors and raw ASGI answers, most of ours."""
    if message["type"] == "http.response.start":
        message["headers"] = [*message.get("headers", ()), *_RAW]
