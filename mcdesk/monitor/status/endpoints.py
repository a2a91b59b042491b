"""What the status service knows to answer, and to whom: the token first, then the path, then the method."""

import re
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus

from mcdesk.monitor.status.http_request import HttpRefusal, HttpRequest
from mcdesk.monitor.status.token_file import is_token

_PROGRESS = re.compile(r"/api/simulations/([0-9A-Za-z_-]{1,64})/progress")
_SCHEME = "bearer "


class Page(Enum):
    """What is made for everybody who asks; the value is its path."""

    HEALTH = "/health"
    METRICS = "/metrics"


@dataclass(frozen=True, slots=True)
class ProgressOf:
    """How far one simulation is."""

    simulation_id: str


def endpoint_of(request: HttpRequest, token: bytes) -> Page | ProgressOf | HttpRefusal:
    """What a request asks for; without the token nobody learns what there is."""
    scheme, given = request.authorization[: len(_SCHEME)], request.authorization[len(_SCHEME) :]
    if scheme.lower() != _SCHEME or not is_token(given.encode(), token):
        return HttpRefusal(HTTPStatus.UNAUTHORIZED, "The token is missing or wrong")
    found = _at(request.path)
    if isinstance(found, HttpRefusal):
        return found
    if request.method != "GET":
        return HttpRefusal(HTTPStatus.METHOD_NOT_ALLOWED, "Only GET is answered")
    if request.has_body:
        return HttpRefusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "A request has no body")
    return found


def _at(path: str) -> Page | ProgressOf | HttpRefusal:
    for page in Page:
        if path == page.value:
            return page
    progress = _PROGRESS.fullmatch(path)
    return (
        HttpRefusal(HTTPStatus.NOT_FOUND, "There is no such page")
        if progress is None
        else ProgressOf(progress[1])
    )
