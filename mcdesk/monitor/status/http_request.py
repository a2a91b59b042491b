"""What a client asks for, read strictly: the first line and a few headers of HTTP, and nothing besides."""

import re
from dataclasses import dataclass
from http import HTTPStatus

MOST_HEADERS = 64
_LINE = re.compile(r"([A-Z]{1,16}) (/[!-~]*) HTTP/(\d)\.(\d)")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)")
_PRINTABLE = re.compile(r"[\t -~]*")
# given twice, one of them would count and the other not
_ONCE = ("host", "authorization", "content-length", "transfer-encoding")
# another name than these leads here only where a page on the web has it point to this computer
_OWN_HOST = re.compile(r"(127\.0\.0\.1|localhost)(:\d{1,5})?")


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What is asked; `path` as it was sent, with nothing in it decoded."""

    method: str
    path: str
    authorization: str
    has_body: bool


@dataclass(frozen=True, slots=True)
class HttpRefusal:
    """Why nothing is answered, in words for the client."""

    status: HTTPStatus
    reason: str


def parse_request(head: bytes) -> HttpRequest | HttpRefusal:
    """The request whose first line and headers these are, with the empty line at their end."""
    try:
        first, *lines = head.decode("ascii").removesuffix("\r\n\r\n").split("\r\n")
    except UnicodeDecodeError:
        return _malformed("The request is not ASCII")
    if not all(map(_PRINTABLE.fullmatch, (first, *lines))):
        return _malformed("The request has control characters")
    line = _LINE.fullmatch(first)
    if line is None:
        return _malformed("The first line is not METHOD /PATH HTTP/1.1")
    method, path, major, minor = line.groups()
    if major != "1":
        return HttpRefusal(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "Only HTTP/1 is spoken here")
    headers = _headers(lines)
    if isinstance(headers, HttpRefusal):
        return headers
    if not _OWN_HOST.fullmatch(headers.get("host", "localhost" if minor == "0" else "").lower()):
        return _malformed("The header Host names neither 127.0.0.1 nor localhost")
    return HttpRequest(
        method=method,
        path=path,
        authorization=headers.get("authorization", ""),
        has_body=headers.get("content-length", "0") != "0" or "transfer-encoding" in headers,
    )


def _headers(lines: list[str]) -> dict[str, str] | HttpRefusal:
    if len(lines) > MOST_HEADERS:
        return HttpRefusal(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"More than {MOST_HEADERS} headers are not read"
        )
    found: dict[str, str] = {}
    for text in lines:
        header = _HEADER.fullmatch(text)
        if header is None:
            return _malformed("A header is not NAME: VALUE")
        name, value = header[1].lower(), header[2].strip(" \t")
        if name in _ONCE and name in found:
            return _malformed(f"The header {header[1]} is given twice")
        found[name] = value
    return found


def _malformed(reason: str) -> HttpRefusal:
    return HttpRefusal(HTTPStatus.BAD_REQUEST, reason)
