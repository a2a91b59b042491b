"""What is a request and what is not, from the bytes that a client sends."""

from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.monitor.status.http_request import MOST_HEADERS, HttpRefusal, HttpRequest, parse_request


def head(first: str = "GET /health HTTP/1.1", *headers: str, host: str = "Host: 127.0.0.1:9750") -> bytes:
    return "\r\n".join((first, host, *headers, "", "")).encode("latin-1")


def test_that_a_request_is_read() -> None:
    found = parse_request(head("GET /a/b HTTP/1.1", "authorization:\tBearer x y ", "X-Else: \"'{}"))

    assert found == HttpRequest("GET", "/a/b", "Bearer x y", has_body=False)


def test_that_only_the_blanks_around_a_value_are_no_part_of_it() -> None:
    blanks = " \t" * 4_000

    found = parse_request(head("GET / HTTP/1.1", f"Authorization:{blanks}a{blanks}b{blanks}"))

    assert isinstance(found, HttpRequest)
    assert found.authorization == f"a{blanks}b"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST:1", "127.0.0.1:65535"])
def test_that_a_name_of_this_computer_is_taken(host: str) -> None:
    assert isinstance(parse_request(head(host=f"Host: {host}")), HttpRequest)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil", "", "0.0.0.0"])
def test_that_another_name_is_refused(host: str) -> None:
    found = parse_request(head(host=f"Host: {host}"))

    assert isinstance(found, HttpRefusal)
    assert (found.status, "Host" in found.reason) == (HTTPStatus.BAD_REQUEST, True)


def test_that_only_the_oldest_clients_may_name_no_host() -> None:
    assert isinstance(parse_request(b"GET / HTTP/1.0\r\n\r\n"), HttpRequest)
    assert isinstance(parse_request(b"GET / HTTP/1.1\r\n\r\n"), HttpRefusal)


@pytest.mark.parametrize("header", ["Content-Length: 5", "Content-Length: x", "Transfer-Encoding: chunked"])
def test_that_a_body_is_noticed(header: str) -> None:
    found = parse_request(head("GET / HTTP/1.1", header))

    assert isinstance(found, HttpRequest)
    assert found.has_body


def test_that_an_empty_body_is_none() -> None:
    found = parse_request(head("GET / HTTP/1.1", "Content-Length: 0"))

    assert isinstance(found, HttpRequest)
    assert not found.has_body


MALFORMED = {
    "no request": b"\r\n\r\n",
    "no version": head("GET /"),
    "a method in small letters": head("get / HTTP/1.1"),
    "two spaces": head("GET  / HTTP/1.1"),
    "no slash": head("GET http://127.0.0.1/ HTTP/1.1"),
    "a star": head("OPTIONS * HTTP/1.1"),
    "a space in the path": head("GET /a b HTTP/1.1"),
    "a letter beyond ASCII": head("GET /\xe9 HTTP/1.1"),
    "a zero byte": head("GET /\x00 HTTP/1.1"),
    "a lone line feed": head("GET / HTTP/1.1\nX: y"),
    "a lone carriage return": head("GET / HTTP/1.1", "X: y\rZ: a"),
    "a folded header": head("GET / HTTP/1.1", "X: y", " z"),
    "a space before the colon": head("GET / HTTP/1.1", "X : y"),
    "a header without a name": head("GET / HTTP/1.1", ": y"),
    "a header without a colon": head("GET / HTTP/1.1", "X"),
    "two tokens": head("GET / HTTP/1.1", "Authorization: Bearer a", "AUTHORIZATION: Bearer b"),
    "two hosts": head("GET / HTTP/1.1", "Host: localhost"),
    "two lengths": head("GET / HTTP/1.1", "Content-Length: 0", "Content-Length: 0"),
}


@pytest.mark.parametrize("request_bytes", MALFORMED.values(), ids=MALFORMED.keys())
def test_that_a_malformed_request_is_refused(request_bytes: bytes) -> None:
    found = parse_request(request_bytes)

    assert isinstance(found, HttpRefusal)
    assert found.status is HTTPStatus.BAD_REQUEST


def test_that_another_version_is_refused() -> None:
    found = parse_request(head("GET / HTTP/2.0"))

    assert isinstance(found, HttpRefusal)
    assert found.status is HTTPStatus.HTTP_VERSION_NOT_SUPPORTED


def test_that_too_many_headers_are_refused() -> None:
    headers = [f"X-{number}: y" for number in range(MOST_HEADERS)]

    found = parse_request(head("GET / HTTP/1.1", *headers))

    assert isinstance(parse_request(head("GET / HTTP/1.1", *headers[1:])), HttpRequest)
    assert isinstance(found, HttpRefusal)
    assert found.status is HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE


@given(st.binary(max_size=200))
def test_that_any_bytes_are_a_request_or_refused(request_bytes: bytes) -> None:
    assert isinstance(parse_request(request_bytes + b"\r\n\r\n"), HttpRequest | HttpRefusal)
