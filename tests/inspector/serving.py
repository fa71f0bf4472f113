"""A real server in a thread, and a client that says exactly what it is told to."""

import contextlib
import gzip
import http.client
import json
import threading

from glianeat.inspector.serving.served import Served
from glianeat.inspector.serving.server import Server

TOKEN = "a-token"


@contextlib.contextmanager
def serving(folders, make=lambda folder, name: b"{}", post=None, compare=None):
    """Serve runs while a block lasts."""
    served = Served(folders, make, TOKEN, compare, pause=0.0, share=1e9)
    with Server(served, TOKEN, ("127.0.0.1", 0), post) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class Reply:
    """What a server has answered."""

    def __init__(self, response):
        self.status, self.headers = response.status, response.headers
        self.body = response.read()
        if self.headers.get("Content-Encoding") == "gzip":
            self.body = gzip.decompress(self.body)

    @property
    def json(self):
        return json.loads(self.body)


def ask(server, path, method="GET", body=None, **headers):
    """Send one request, with exactly these headers and the Host of the server."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request(method, path, body, named)
        return Reply(connection.getresponse())
    finally:
        connection.close()


def get(server, name, **headers):
    """Ask for a value by its name."""
    return ask(server, f"/{TOKEN}/{name}", **headers)
