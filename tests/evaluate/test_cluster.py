"""Only its owner can read a token, and servers of a cluster that are gone are noticed."""

import os
import socket
from pathlib import Path

import pytest

from glianeat.evaluate.cluster import ClusterProbe, Server, keep_token_private


@pytest.fixture
def token(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    for name in ("RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / ".ray" / "auth_token"


def mode(path):
    return path.stat().st_mode & 0o777


def test_a_token_is_made_that_only_its_owner_can_read(token):
    keep_token_private()
    assert mode(token) == 0o600
    assert mode(token.parent) == 0o700
    assert len(token.read_text()) == 64


@pytest.mark.parametrize("before", [0o644, 0o666, 0o600])
def test_a_token_that_exists_is_closed_and_stays_the_same(token, before):
    token.parent.mkdir()
    token.write_text("secret")
    token.chmod(before)
    keep_token_private()
    assert (mode(token), token.read_text()) == (0o600, "secret")


def test_a_link_in_place_of_a_token_is_not_followed(token, tmp_path):
    target = tmp_path / "target"
    target.write_text("of somebody")
    target.chmod(0o644)
    token.parent.mkdir()
    token.symlink_to(target)
    keep_token_private()
    assert mode(target) == 0o644


def test_a_token_chosen_by_the_environment_is_left_alone(token, monkeypatch):
    monkeypatch.setenv("RAY_AUTH_TOKEN", "secret")
    keep_token_private()
    assert not os.path.lexists(token)


def test_a_server_that_listens_is_not_lost():
    with socket.create_server(("127.0.0.1", 0)) as server:
        probe = ClusterProbe([Server("head", "127.0.0.1", server.getsockname()[1])])
        assert [probe.lost(now) for now in (0.0, 2.0, 4.0)] == ["", "", ""]


def test_a_server_that_is_gone_is_named_after_two_refusals():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    probe = ClusterProbe([Server("head", "127.0.0.1", port)])
    found = [probe.lost(now) for now in (0.0, 0.5, 2.0)]
    assert found == ["", "", f"head at 127.0.0.1:{port}"]
