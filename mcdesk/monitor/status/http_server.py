"""Answers HTTP on a socket, in the one thread that calls it: a client that hangs is an entry in a table.

Each connection has one request, so many bytes and so many seconds; when there are too many, the oldest goes.
"""

import asyncio
import json
import logging
import socket
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import assert_never

from mcdesk.foundation.errors import McdeskError
from mcdesk.monitor.status.endpoints import Page, ProgressOf, endpoint_of
from mcdesk.monitor.status.http_request import HttpRefusal, parse_request
from mcdesk.monitor.status.prometheus_text import CONTENT_TYPE
from mcdesk.monitor.status.warm_texts import WarmTexts

MOST_HEAD_BYTES = 8_192
MOST_CONNECTIONS = 64
REQUEST_SECONDS = 5.0
ANSWER_SECONDS = 20.0
# what is sent after a refused request is read, as the answer would be lost with it otherwise
FAREWELL_SECONDS, FAREWELL_BYTES = 1.0, 1 << 18
_JSON = "application/json"
_END_OF_HEAD = b"\r\n\r\n"
_EXTRA_HEADERS: Mapping[HTTPStatus, str] = {
    HTTPStatus.UNAUTHORIZED: "WWW-Authenticate: Bearer\r\n",
    HTTPStatus.METHOD_NOT_ALLOWED: "Allow: GET\r\n",
}

logger = logging.getLogger(__name__)

Progress = Callable[[str], dict[str, object] | None]


class HttpServer:
    """Used in one thread.

    Args:
        token: that a client has to give.
        texts: what is made for everybody who asks.
        progress: the document of a simulation, or None where there is none; asked in the thread that serves.
        request_seconds: for all of a request.
    """

    def __init__(
        self, token: bytes, texts: WarmTexts, progress: Progress, request_seconds: float = REQUEST_SECONDS
    ) -> None:
        self._token = token
        self._texts = texts
        self._progress = progress
        self._request_seconds = request_seconds
        # in the order in which they came
        self._connections: dict[asyncio.StreamWriter, None] = {}

    async def serve(self, listening: socket.socket, ended: asyncio.Event) -> None:
        """Answer until the end, when connections are dropped and the socket is closed."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(
            lambda _, found: logger.warning("%s: %s", found.get("message"), found.get("exception"))
        )
        server = await asyncio.start_server(self._converse, sock=listening, limit=MOST_HEAD_BYTES)
        try:
            await ended.wait()
        finally:
            server.close()
            for writer in tuple(self._connections):
                writer.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._connections) >= MOST_CONNECTIONS:
            oldest = next(iter(self._connections))
            del self._connections[oldest]
            oldest.transport.abort()
        self._connections[writer] = None
        try:
            writer.write(await self._answer_or_fault(reader))
            async with asyncio.timeout(FAREWELL_SECONDS):
                await _part(reader, writer)
        except (OSError, EOFError, TimeoutError):
            # the client has gone, or takes nothing
            pass
        finally:
            self._connections.pop(writer, None)
            writer.transport.abort()

    async def _answer_or_fault(self, reader: asyncio.StreamReader) -> bytes:
        try:
            return await self._answer(reader)
        except (OSError, EOFError):
            raise
        except Exception:  # nobody above could catch this, and others are to be answered
            logger.exception("a request met a fault")
            return _refused(HttpRefusal(HTTPStatus.INTERNAL_SERVER_ERROR, "mcdesk met a fault; see its log"))

    async def _answer(self, reader: asyncio.StreamReader) -> bytes:
        try:
            async with asyncio.timeout(self._request_seconds):
                head = await reader.readuntil(_END_OF_HEAD)
        except TimeoutError:
            return _refused(HttpRefusal(HTTPStatus.REQUEST_TIMEOUT, "The request did not come in time"))
        except asyncio.LimitOverrunError:
            reason = f"More than {MOST_HEAD_BYTES:,} bytes are not read"
            return _refused(HttpRefusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, reason))
        request = parse_request(head)
        if isinstance(request, HttpRefusal):
            return _refused(request)
        wanted = endpoint_of(request, self._token)
        if isinstance(wanted, HttpRefusal):
            return _refused(wanted, has_body=request.method != "HEAD")
        try:
            return await self._found(wanted)
        except McdeskError as error:
            return _refused(HttpRefusal(HTTPStatus.SERVICE_UNAVAILABLE, error.title))
        except TimeoutError:
            return _refused(HttpRefusal(HTTPStatus.SERVICE_UNAVAILABLE, "The figures are not ready"))

    async def _found(self, wanted: Page | ProgressOf) -> bytes:
        match wanted:
            case Page():
                text = self._texts.text(wanted)
                async with asyncio.timeout(ANSWER_SECONDS):
                    # what is there already need not go round through the loop
                    body = text.result() if text.done() else await asyncio.wrap_future(text)
                return _response(HTTPStatus.OK, body, CONTENT_TYPE if wanted is Page.METRICS else _JSON)
            case ProgressOf(simulation_id):
                document = self._progress(simulation_id)
                if document is None:
                    return _refused(HttpRefusal(HTTPStatus.NOT_FOUND, "There is no such simulation"))
                return _response(HTTPStatus.OK, json_bytes(document))
            case _:
                assert_never(wanted)


def json_bytes(document: object) -> bytes:
    """A document as it is sent."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False).encode()


async def _part(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send what is left, say that this is all, and wait until the client is done too."""
    await writer.drain()
    writer.write_eof()
    left = FAREWELL_BYTES
    while left > 0 and (read := await reader.read(left)):
        left -= len(read)


def _refused(refusal: HttpRefusal, has_body: bool = True) -> bytes:
    body = json_bytes({"error": refusal.reason}) if has_body else b""
    return _response(refusal.status, body)


def _response(status: HTTPStatus, body: bytes, content_type: str = _JSON) -> bytes:
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        f"Content-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"{_EXTRA_HEADERS.get(status, '')}"
        "Cache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
