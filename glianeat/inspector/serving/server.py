"""The server: HTTP/1.1 on this machine, reading only, and a bounded number of clients."""

import contextlib
import errno
import gzip
import logging
import re
import select
import socket
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec

from glianeat.errors import (
    CheckpointError,
    ConfigError,
    GenomeError,
    GliaNeatError,
    TrustError,
)
from glianeat.inspector.serving.admission import Admission, RefusedError
from glianeat.inspector.serving.child import BusyError
from glianeat.inspector.serving.served import Served
from glianeat.inspector.serving.static import File, static_files
from glianeat.text import safe

CONNECTIONS = 64  # at the same time; a browser has six for a page
PATIENCE = 15.0  # [s] that a client may take to send a request, or to read an answer
MAX_BODY = 2**18  # bytes of what is posted
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "media-src data: blob:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
"""Sent with every answer."""
_JSON = "application/json"
_WHATIF = re.compile(r"runs?/(\d{1,4})/whatif")
_LONGEST = 2000  # characters of a sentence
_STATUSES: dict[type[GliaNeatError], HTTPStatus] = {
    CheckpointError: HTTPStatus.NOT_FOUND,
    TrustError: HTTPStatus.FORBIDDEN,
    ConfigError: HTTPStatus.BAD_REQUEST,
    GenomeError: HTTPStatus.BAD_REQUEST,
}
_LAST_PORT = 65_535
_log = logging.getLogger("glianeat")
Post = Callable[[Path, bytes, Callable[[], bool]], bytes]
"""Answers what is posted to a run: its folder, the JSON, and whether nobody waits any more."""


class Server(ThreadingHTTPServer):
    """Serves runs until it is closed.

    Parameters
    ----------
    served : Served
        What is served.
    token : str
        The first part of every address.
    address : tuple of str and int
        Where to listen; port 0 is any that is free.
    post : callable, optional
        Answers what-ifs; without it there are none.

    Raises
    ------
    ConfigError
        If the address is taken, or none of this machine.
    """

    daemon_threads = True
    request_queue_size = CONNECTIONS

    def __init__(
        self, served: Served, token: str, address: tuple[str, int], post: Post | None = None
    ) -> None:
        self.served, self.post = served, post
        self.files: Mapping[str, File] = static_files()
        self._slots = threading.BoundedSemaphore(CONNECTIONS)
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        try:
            super().__init__(address, _Handler)
        except OSError as error:
            raise _cannot_listen(address, error) from None
        self.port: int = self.server_address[1]
        self.admission = Admission(token, address[0], self.port)

    def server_bind(self) -> None:
        """Bind, without looking up the machine's name, which may take long."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin a thread for a client, unless there are too many."""
        if not self._slots.acquire(blocking=False):
            request.settimeout(1.0)
            with contextlib.suppress(OSError):
                request.sendall(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer a client's requests."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._slots.release()

    def handle_error(self, *_: object) -> None:
        """Go on: what went wrong has been logged, or the client has gone."""


class _Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "glianeat", ""
    timeout = PATIENCE
    _read_all = True

    def __getattr__(self, name: str) -> Callable[[], None]:
        # the base class looks for a method of the name of each request's: one answers them all
        if not name.startswith("do_"):
            raise AttributeError(name)
        return self._answer

    def _answer(self) -> None:
        """Answer a request, or find that the client has gone."""
        named = {name.lower() for name in self.headers}
        self._read_all = named.isdisjoint(("content-length", "transfer-encoding"))
        try:
            self._respond_or_refuse()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def _respond_or_refuse(self) -> None:
        """Respond, and put whatever goes wrong into a sentence."""
        is_fault = True
        try:
            self._respond()
            is_fault = False
        except (RefusedError, BusyError, KeyError, GliaNeatError) as error:
            is_fault = False
            self._refuse(*_status_of(error))
        except (ConnectionError, TimeoutError):
            is_fault = False
            raise
        finally:
            if is_fault:
                _log.error("a request could not be answered", exc_info=True)
                self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, "this cannot be shown")

    def _respond(self) -> None:
        path = self.server.admission.path(self.path, self.headers)
        whatif = _WHATIF.fullmatch(path) if self.server.post is not None else None
        if self.command == "POST" and whatif is not None:
            self._post(int(whatif[1]))
        elif self.command in {"GET", "HEAD"} and whatif is None:
            self._get(path)
        else:
            allowed = "GET, HEAD" if whatif is None else "POST"
            sentence = f"{self.command} is not answered here, but {allowed}"
            self._refuse(HTTPStatus.METHOD_NOT_ALLOWED, sentence, allowed)

    def _get(self, path: str) -> None:
        file = self.server.files.get(path)
        if file is not None:
            self._send(file.tag, file.body, file.kind)
            return
        answer = self.server.served.answer(path)
        self._send(answer.tag, answer.body, _JSON)

    def _post(self, index: int) -> None:
        self.server.admission.check_token_header(self.headers)
        body = self._body()
        if self.server.post is not None:
            folder = self.server.served.run(index).folder
            answer = self.server.post(folder, body, self._has_gone)
            self._send("", gzip.compress(answer, 1, mtime=0), _JSON)

    def _body(self) -> bytes:
        """Return what was posted; raise `RefusedError` if it is too long, or no JSON."""
        kind = (self.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        if kind != _JSON:
            raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Content-Type must be {_JSON}")
        length = self.headers.get("Content-Length") or ""
        if not (length.isascii() and length.isdigit()) or "Transfer-Encoding" in self.headers:
            raise RefusedError(HTTPStatus.LENGTH_REQUIRED, "Content-Length must say how long it is")
        if len(length) > len(str(MAX_BODY)) or int(length) > MAX_BODY:
            sentence = f"what is posted must have <= {MAX_BODY} bytes, got {length[:20]}"
            raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise RefusedError(HTTPStatus.BAD_REQUEST, "what is posted ended too soon")
        self._read_all = True
        return body

    def _has_gone(self) -> bool:
        """Return whether the client waits for no answer any more."""
        if not select.select([self.connection], [], [], 0.0)[0]:
            return False
        try:
            return not self.connection.recv(1, socket.MSG_PEEK)
        except OSError:
            return True

    def _send(self, tag: str, packed: bytes, kind: str) -> None:
        """Send a value that is compressed, if the client has not got it already."""
        quoted = f'"{tag}"'
        if tag and quoted in (self.headers.get("If-None-Match") or ""):
            self._begin(HTTPStatus.NOT_MODIFIED, {"ETag": quoted})
            return
        fields = {"Content-Type": kind, "Vary": "Accept-Encoding"}
        if tag:
            fields["ETag"] = quoted
        if "gzip" in (self.headers.get("Accept-Encoding") or ""):
            fields["Content-Encoding"] = "gzip"
        else:
            packed = gzip.decompress(packed)
        self._begin(HTTPStatus.OK, {**fields, "Content-Length": str(len(packed))})
        if self.command != "HEAD":
            self.wfile.write(packed)

    def _refuse(self, status: HTTPStatus, sentence: str, allowed: str = "") -> None:
        body = msgspec.json.encode({"error": safe(sentence, _LONGEST)})
        fields = {"Content-Type": _JSON, "Content-Length": str(len(body))}
        if allowed:
            fields["Allow"] = allowed
        self._begin(status, fields)
        if self.command != "HEAD":
            self.wfile.write(body)

    def _begin(self, status: HTTPStatus, fields: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, **fields}.items():
            self.send_header(name, value)
        if not self._read_all:  # what was sent along is not to be taken for the next request
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Send what the standard library finds wrong with a request, as JSON like all else."""
        self.close_connection, self._read_all = True, False
        self.command = self.command or "GET"
        self._refuse(HTTPStatus(code), message or explain or HTTPStatus(code).phrase)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base
        """Log a request, for those who listen."""
        _log.debug(format, *args)


def _status_of(error: Exception) -> tuple[HTTPStatus, str]:
    """Return what is answered where something went wrong."""
    if isinstance(error, RefusedError):
        return error.status, error.sentence
    if isinstance(error, KeyError):
        return HTTPStatus.NOT_FOUND, f"there is no {error.args[0]}"
    if isinstance(error, BusyError):
        return HTTPStatus.CONFLICT, "another what-if goes on: wait for it, or cancel it"
    status = next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), None)
    return status or HTTPStatus.UNPROCESSABLE_ENTITY, str(error)


def _cannot_listen(address: tuple[str, int], error: OSError) -> ConfigError:
    host, port = address
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < _LAST_PORT else port - 1
        return ConfigError(
            f"--port: {port} is in use by another program; take another, such as --port {other}, "
            "or any that is free: --port 0"
        )
    if error.errno == errno.EACCES:
        return ConfigError(f"--port: {port} is for the system alone; take one from 1024")
    return ConfigError(f"--host: {safe(host)} must be an address of this machine: {error.strerror}")
