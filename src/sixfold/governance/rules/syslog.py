"""Syslog as audit messages travel in it: RFC 5424 messages (PS3.15 A.6), framed for a stream by RFC 5425 and 6587."""

from sixfold.kernel.clock import from_text, to_text

_AUTHPRIV_NOTICE = 10 * 8 + 5
_BOM = b"\xef\xbb\xbf"
_LONGEST_NAME = 255


def message(at: str, host: str, process: int, body: bytes) -> bytes:
    """An audit message as syslog has it (RFC 5424 6); `at` is a moment of `kernel.clock.to_text`, `body` XML in UTF-8."""
    name = "".join(char if "!" <= char <= "~" else "-" for char in host)[:_LONGEST_NAME] or "-"
    head = f"<{_AUTHPRIV_NOTICE}>1 {to_text(from_text(at))} {name} sixfold {process} DICOM+RFC3881 - "
    return head.encode("ascii") + _BOM + body


def framed(messages: list[bytes]) -> bytes:
    """Messages for a stream, each after its length in bytes (RFC 5425 4.3.1)."""
    return b"".join(b"%d %s" % (len(one), one) for one in messages)
