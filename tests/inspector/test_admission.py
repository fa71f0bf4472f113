"""Whom the server answers: those who know the token, from the page itself."""

import pytest

from tests.inspector.serving import TOKEN, ask, get, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving([tmp_path_factory.mktemp("runs")]) as server:
        yield server


def test_who_knows_the_token_is_answered(server):
    assert get(server, "site").status == 200
    assert get(server, "").status == 200


@pytest.mark.parametrize(
    "path",
    ["/", "/site", "/wrong/site", f"/{TOKEN}", f"/{TOKEN}x/site", "//site", "/%61-token/site"],
)
def test_without_the_token_there_is_nothing(server, path):
    reply = ask(server, path)
    assert reply.status == 404
    assert "glianeat serve has printed" in reply.json["error"]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "", "127.0.0.1:1"]
)
def test_other_hosts_are_refused(server, host):
    assert get(server, "site", Host=host.format(port=server.port)).status == 421


def test_localhost_is_this_machine(server):
    assert get(server, "site", Host=f"localhost:{server.port}").status == 200


@pytest.mark.parametrize(
    "origin", ["null", "http://evil.example", "https://127.0.0.1:{port}", "file://"]
)
def test_other_origins_are_refused(server, origin):
    assert get(server, "site", Origin=origin.format(port=server.port)).status == 403


def test_the_page_itself_is_answered(server):
    own = f"http://127.0.0.1:{server.port}"
    assert get(server, "site", Origin=own, Sec_Fetch_Site="same-origin").status == 200


def test_pages_of_others_get_no_value_but_may_link_to_the_page(server):
    assert get(server, "site", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors").status == 403
    assert get(server, "", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate").status == 200


@pytest.mark.parametrize("path", [f"/{TOKEN}/", f"/{TOKEN}/site", "/wrong", f"/{TOKEN}/nothing"])
def test_every_answer_has_the_headers_that_keep_others_out(server, path):
    headers = ask(server, path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert not any(word in policy for word in ("unsafe", "http", "*"))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Access-Control-Allow-Origin" not in headers


def test_an_exposed_server_is_asked_by_its_address_and_by_no_foreign_name():
    from email.message import Message

    from glianeat.inspector.serving.admission import Admission, RefusedError

    admission = Admission(TOKEN, "0.0.0.0", 80)
    headers = Message()
    headers["Host"] = "192.168.1.7:80"
    assert admission.path(f"/{TOKEN}/site", headers) == "site"
    headers.replace_header("Host", "rebound.example:80")
    with pytest.raises(RefusedError):
        admission.path(f"/{TOKEN}/site", headers)
