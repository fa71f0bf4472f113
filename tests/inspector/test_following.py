"""Runs that go on, begin, end, vanish and come back while they are served."""

import shutil

import pytest

from glianeat.inspector.serving.following import Follower
from glianeat.inspector.serving.values import Values
from glianeat.run.api import evolve, resume
from glianeat.store.run_store import DATABASE
from tests.inspector.serving import get, serving
from tests.run.runs import SMALL

BRIEF = SMALL.replace(evolution=SMALL.evolution.replace(population=4, generations=3))


def brief(seed=5):
    return BRIEF.replace(seed=seed)


def count(folder, name):
    """Make a value that says how many generations there are."""
    return b"%d" % Follower(folder).state().generations


def test_each_generation_is_seen_as_soon_as_it_is_saved(tmp_path):
    seen = []

    def look(summary):
        live = get(server, "run/0/live").json
        value = get(server, "run/0/overview")
        seen.append((summary.number, live["generations"], value.json, live["finished"]))
        tags.add(value.headers["ETag"])

    tags = set()
    with serving([tmp_path], count) as server:
        with evolve(BRIEF, name="goes-on", runs=tmp_path, listen=look):
            pass
        assert get(server, "run/0/live").json["finished"] == "generations"
    assert seen == [(0, 1, 1, ""), (1, 2, 2, ""), (2, 3, 3, "")]
    assert len(tags) == 3


def test_serving_a_run_changes_neither_its_digest_nor_its_files(tmp_path):
    with serving([tmp_path], count) as server:
        look = {"listen": lambda _: get(server, "run/0/overview")}
        with evolve(BRIEF, name="served", runs=tmp_path, **look) as served:
            digest = served.digest
    with evolve(BRIEF, name="alone", runs=tmp_path) as alone:
        assert alone.digest == digest
    names = {path.name for path in (tmp_path / "served").iterdir()}
    assert names == {path.name for path in (tmp_path / "alone").iterdir()}


def test_runs_that_begin_later_are_added_in_the_order_of_their_beginning(tmp_path):
    with serving([tmp_path]) as server:
        assert get(server, "site").json["runs"] == []
        for name in ("second", "first"):
            evolve(BRIEF, name=name, runs=tmp_path).close()
            assert get(server, "site").status == 200
        assert [run["name"] for run in get(server, "site").json["runs"]] == ["second", "first"]


def test_a_run_that_is_deleted_says_so_and_one_that_comes_back_is_another(tmp_path):
    with serving([tmp_path], count) as server:
        evolve(brief(1), name="one", runs=tmp_path).close()
        before = get(server, "run/0/live").json
        shutil.rmtree(tmp_path / "one")
        reply = get(server, "run/0/overview")
        assert reply.status == 404
        assert "is not there" in reply.json["error"]
        assert "is not there" in get(server, "run/0/live").json["error"]
        evolve(brief(2), name="one", runs=tmp_path).close()
        after = get(server, "run/0/live").json
        assert after["error"] == ""
        assert after["version"] != before["version"]


def test_a_run_that_goes_on_after_its_end_is_followed_again(tmp_path):
    def one_more(config):
        return config.replace(evolution=config.evolution.replace(generations=4))

    evolve(BRIEF, name="longer", runs=tmp_path).close()
    with serving([tmp_path / "longer"], count) as server:
        assert get(server, "run/0/overview").json == 3
        resume(tmp_path / "longer", changes=one_more).close()
        assert get(server, "run/0/overview").json == 4


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + bytes(5000)])
def test_a_run_that_is_damaged_says_so(tmp_path, content):
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / DATABASE).write_bytes(content)
    with serving([tmp_path / "damaged"]) as server:
        assert "damaged" in get(server, "run/0/live").json["error"]
        assert get(server, "run/0/overview").status == 404
        assert get(server, "site").json["runs"] == [{"name": "damaged", "task": ""}]


def test_a_run_that_is_being_made_is_not_served_yet(tmp_path):
    (tmp_path / ".new.0123456789abcdef.making").mkdir()
    (tmp_path / ".new.0123456789abcdef.making" / DATABASE).write_bytes(b"")
    with serving([tmp_path]) as server:
        assert get(server, "site").json["runs"] == []


def test_a_look_that_finds_nothing_new_does_not_open_the_database(tmp_path):
    evolve(BRIEF, name="still", runs=tmp_path).close()
    follower = Follower(tmp_path / "still", pause=0.0)
    first = follower.state()
    assert follower.state() is first


def test_several_runs_of_one_task_are_compared(tmp_path):
    compare = Values().compare
    with serving([tmp_path], count, compare=compare) as server:
        evolve(brief(1), name="one", runs=tmp_path).close()
        assert get(server, "site").json["comparison"] is False
        assert get(server, "comparison").status == 404
        evolve(brief(2), name="two", runs=tmp_path).close()
        assert get(server, "site").json["comparison"] is True
        (group,) = get(server, "comparison").json["groups"]
    assert {run["name"] for run in group["runs"]} == {"one", "two"}
