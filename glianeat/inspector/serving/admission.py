"""Which requests are answered: those that know the token and come from the page itself.

Whoever can run programs under the user's account can read the runs anyway. What is kept out is what
web pages of others can do from inside the user's browser: guess the address, point a name of theirs
at this machine (DNS rebinding), or send requests in the user's name.
"""

import ipaddress
import secrets
from email.message import Message
from http import HTTPStatus

TOKEN_BYTES = 24
TOKEN_HEADER = "X-Glianeat-Token"
_FROM_HERE = ("", "same-origin", "none")  # `Sec-Fetch-Site`: older browsers send none
_EVERYWHERE = ("0.0.0.0", "::")


class RefusedError(Exception):
    """A request that is not answered, with the status and the sentence that it gets."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


def make_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_loopback(host: str) -> bool:
    """Return whether an address or name means this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Admission:
    """Decides whom to answer.

    Parameters
    ----------
    token : str
        The first part of every path.
    host : str
        Address or name on which is listened.
    port : int
        The port.
    """

    def __init__(self, token: str, host: str, port: int) -> None:
        self.token, self._port = token, port
        self._any_address = host in _EVERYWHERE
        self._names = {host, "localhost", "127.0.0.1", "::1"} - set(_EVERYWHERE)

    def path(self, target: str, headers: "Message[str, str]") -> str:
        """Return what a request asks for, without the token.

        Parameters
        ----------
        target : str
            The path of the request line.
        headers : Message
            Its headers.

        Raises
        ------
        RefusedError
            If it does not know the token, or comes from somewhere else.
        """
        self._check_host(headers.get("Host") or "")
        self._check_origin(headers)
        token, slash, rest = target.partition("?")[0].removeprefix("/").partition("/")
        if not secrets.compare_digest(token.encode(), self.token.encode()) or not slash:
            raise RefusedError(
                HTTPStatus.NOT_FOUND,
                "there is nothing here: open the address that glianeat serve has printed",
            )
        is_page = not rest and headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        if not is_page and headers.get("Sec-Fetch-Site", "") not in _FROM_HERE:
            raise RefusedError(HTTPStatus.FORBIDDEN, "only the page itself may ask for this")
        return rest

    def check_token_header(self, headers: "Message[str, str]") -> None:
        """Raise `RefusedError` unless a request that changes something repeats the token."""
        given = headers.get(TOKEN_HEADER) or ""
        if not secrets.compare_digest(given.encode(), self.token.encode()):
            raise RefusedError(HTTPStatus.FORBIDDEN, f"the header {TOKEN_HEADER} must be the token")

    def _check_host(self, host: str) -> None:
        if not self._is_ours(host):
            raise RefusedError(
                HTTPStatus.MISDIRECTED_REQUEST,
                "Host must be the address that glianeat serve has printed",
            )

    def _check_origin(self, headers: "Message[str, str]") -> None:
        origin = headers.get("Origin")
        if origin is not None and not self._is_ours(origin.removeprefix("http://")):
            raise RefusedError(HTTPStatus.FORBIDDEN, "Origin must be the page itself")

    def _is_ours(self, host: str) -> bool:
        name, _, port = host.rpartition(":")
        if port != str(self._port):
            return False
        name = name.lower().removeprefix("[").removesuffix("]")
        return name in self._names or (self._any_address and _is_address(name))


def _is_address(name: str) -> bool:
    # No name of others: that a name means this machine is what rebinding pretends.
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
