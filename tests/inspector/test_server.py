"""What the server answers, to friends and others; nothing that is sent to it brings it down."""

import contextlib
import gzip
import json
import socket
import threading

import pytest

from glianeat.errors import ConfigError, EvaluationError, TrustError
from glianeat.inspector.serving.server import CONNECTIONS, MAX_BODY
from glianeat.run.api import evolve
from tests.inspector.serving import TOKEN, ask, get, serving
from tests.run.runs import SMALL

SMALLER = SMALL.replace(evolution=SMALL.evolution.replace(population=4, generations=2))
POSTED = {"Content_Type": "application/json", "X_Glianeat_Token": TOKEN}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    with evolve(SMALLER, name="finished", runs=tmp_path_factory.mktemp("runs")) as run:
        return run.folder


def make(folder, name):
    """Make values of few kinds."""
    if name == "secret":
        raise TrustError("task: needs trust")
    if name == "bad":
        raise ConfigError("a rule was broken")
    if name == "broken":
        raise ZeroDivisionError
    if name not in {"overview", "genome/3"}:
        raise KeyError(name)
    return json.dumps({"name": name, "text": "é" * 1000}).encode()


@pytest.fixture(scope="module")
def server(folder):
    with serving([folder], make, post=lambda index, body, has_gone: body) as server:
        yield server


def test_a_value_is_answered_by_its_name(server):
    reply = get(server, "run/0/genome/3")
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.json["name"] == "genome/3"


def test_values_are_compressed_for_those_who_can_read_that(server):
    packed = get(server, "run/0/overview", Accept_Encoding="gzip, br")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) < len(packed.body) / 10
    assert get(server, "run/0/overview").body == packed.body


def test_a_value_that_has_not_changed_is_not_sent_again(server):
    tag = get(server, "run/0/overview").headers["ETag"]
    again = get(server, "run/0/overview", If_None_Match=tag)
    assert (again.status, again.body) == (304, b"")
    assert get(server, "run/0/genome/3", If_None_Match=tag).status == 200


def test_the_site_names_the_runs(server):
    site = get(server, "site").json
    assert site["live"] is True
    assert site["runs"] == [{"name": "finished", "task": "CartPole-v1"}]


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("run/0/nothing", 404, "there is no nothing"),
        ("run/7/overview", 404, "there is no run 7"),
        ("run/0/genome/999999999999999999999", 404, "there is no"),
        ("run/0/../../etc/passwd", 404, "there is no"),
        ("run/%30/overview", 404, "there is no"),
        ("page.html", 404, "there is no"),
        ("run/0/secret", 403, "needs trust"),
        ("run/0/bad", 400, "a rule was broken"),
    ],
)
def test_what_cannot_be_answered_says_why(server, name, status, words):
    reply = get(server, name)
    assert reply.status == status
    assert words in reply.json["error"]


def test_a_fault_of_ours_is_told_and_logged_and_the_server_goes_on(server, caplog):
    assert get(server, "run/0/broken").status == 500
    assert get(server, "run/0/overview").status == 200
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "POST", "BREW"])
def test_values_can_only_be_read(server, method):
    reply = ask(server, f"/{TOKEN}/run/0/overview", method)
    assert reply.status == 405
    assert reply.headers["Allow"] == "GET, HEAD"


def test_a_head_has_no_body(server):
    reply = ask(server, f"/{TOKEN}/run/0/overview", "HEAD")
    assert (reply.status, reply.body) == (200, b"")


# Posting


def post(server, body=b"{}", **headers):
    return ask(server, f"/{TOKEN}/run/0/whatif", "POST", body, **headers)


def test_a_what_if_is_posted(server):
    assert post(server, b'{"key":1}', **POSTED).json == {"key": 1}
    assert get(server, "run/0/whatif").status == 405


def test_a_post_must_repeat_the_token_in_a_header(server):
    assert post(server, Content_Type="application/json").status == 403
    assert post(server, **{**POSTED, "X_Glianeat_Token": "other"}).status == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_form_of_another_page_is_not_taken(server, kind):
    assert post(server, **{**POSTED, "Content_Type": kind}).status == 415


def test_what_is_posted_is_bounded(server):
    assert post(server, b"x", **POSTED, Content_Length=str(MAX_BODY + 1)).status == 413
    assert post(server, b"x", **POSTED, Content_Length="9" * 4000).status == 413
    assert post(server, b"x", **POSTED, Content_Length="-1").status == 411
    assert post(server, iter([b"{}"]), **POSTED, Transfer_Encoding="chunked").status == 411


# Others


def raw(server, data):
    """Send bytes, and return all that is answered until the connection is closed."""
    answer = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):  # not all that was sent has been read
            while part := connection.recv(65_536):
                answer += part
    return answer


def test_what_is_sent_along_is_not_taken_for_the_next_request(server):
    begin = f"GET /{TOKEN}/site HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
    twice = raw(server, f"{begin}\r\n{begin}\r\n".encode())
    inside = raw(server, f"{begin}Content-Length: 99\r\n\r\n{begin}\r\n".encode())
    assert [answer.count(b"HTTP/1.1 200 OK") for answer in (twice, inside)] == [2, 1]


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n",
        b"GET /\x00\x1b[2J HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
        b"GET /\xff HTTP/1.1\r\nContent-Length: 5\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_proper_request_is_refused_and_the_server_goes_on(server, data):
    answer = raw(server, data)
    assert b" 200 " not in answer.partition(b"\r\n")[0]
    assert get(server, "site").status == 200


def test_the_rest_of_a_refused_post_is_not_taken_for_a_request(server):
    inner = f"GET /{TOKEN}/site HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n"
    head = f"POST /{TOKEN}/run/0/whatif HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
    answer = raw(server, f"{head}Content-Length: {len(inner)}\r\n\r\n{inner}".encode())
    assert answer.count(b"HTTP/1.1 ") == 1
    assert answer.startswith(b"HTTP/1.1 403 ")


def test_no_more_clients_than_there_are_places_are_answered_at_once(server):
    address = ("127.0.0.1", server.port)
    idle = [socket.create_connection(address, timeout=30) for _ in range(CONNECTIONS)]
    try:
        with socket.create_connection(address, timeout=30) as one_more:
            assert one_more.recv(100).startswith(b"HTTP/1.1 503 ")
    finally:
        for connection in idle:
            connection.close()


def test_many_who_ask_at_once_get_the_same_and_it_is_made_once(folder):
    made = []

    def make_slowly(folder, name):
        made.append(name)
        all_are_here.wait(30)
        return b'{"equal": true}'

    def one():
        answers.append(get(server, "run/0/overview", Accept_Encoding="gzip").json)

    answers, all_are_here = [], threading.Event()
    with serving([folder], make_slowly) as server:
        threads = [threading.Thread(target=one) for _ in range(20)]
        for thread in threads:
            thread.start()
        all_are_here.set()
        for thread in threads:
            thread.join()
    assert answers == [{"equal": True}] * 20
    assert made == ["overview"]


def test_a_port_in_use_is_told_in_one_line_that_names_another(server):
    from glianeat.inspector.serving.server import Server

    with pytest.raises(ConfigError, match=f"{server.port} is in use .* --port {server.port + 1}"):
        Server(server.served, TOKEN, ("127.0.0.1", server.port))


def test_an_address_of_another_machine_is_refused(server):
    from glianeat.inspector.serving.server import Server

    with pytest.raises(
        ConfigError, match=r"--host: 192\.0\.2\.1 must be an address of this machine"
    ):
        Server(server.served, TOKEN, ("192.0.2.1", 0))


def test_packed_values_are_the_same_each_time(folder):
    with serving([folder], make) as server:
        first = server.served.answer("run/0/overview").body
    with serving([folder], make) as server:
        assert server.served.answer("run/0/overview").body == first
    assert json.loads(gzip.decompress(first))["name"] == "overview"


def test_a_what_if_hears_when_nobody_waits_for_it_any_more(folder, caplog):
    def wait(folder, body, has_gone):
        assert not has_gone()
        has_begun.set()
        while not has_gone():
            pass
        is_over.set()
        raise EvaluationError("nobody waits")

    has_begun, is_over = threading.Event(), threading.Event()
    with serving([folder], make, post=wait) as server:
        head = (
            f"POST /{TOKEN}/run/0/whatif HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            f"X-Glianeat-Token: {TOKEN}\r\nContent-Type: application/json\r\nContent-Length: 2"
        )
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            connection.sendall(f"{head}\r\n\r\n{{}}".encode())
            assert has_begun.wait(30)
        assert is_over.wait(30)
    assert caplog.text == ""
