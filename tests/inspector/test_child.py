"""What makes a task runs in a process of its own: it may crash, hang, or be given up."""

import json
import sys
import threading

import pytest

from glianeat.develop.lesions import Lesion
from glianeat.errors import ConfigError, EvaluationError, TrustError
from glianeat.inspector.serving.child import BusyError, Child, Question, read_request
from glianeat.inspector.serving.values import Values
from glianeat.run.api import evolve
from tests.inspector.serving import TOKEN, ask, serving
from tests.run.runs import SMALL

START = """
import json, os, socket, sys
sys.path[:] = json.loads(sys.argv[1])
import msgspec
from glianeat.evaluate.isolation.connection import Connection
connection = Connection(socket.socket(fileno=int(sys.argv[2])))
while True:
    name = msgspec.msgpack.decode(connection.receive())["name"]
    if name == "crash":
        os._exit(3)
    if name == "forbidden":
        reply = {"value": b"", "error": "TrustError", "sentence": "needs trust"}
    else:
        reply = {"value": str(os.getpid()).encode(), "error": "", "sentence": ""}
    if name != "hang":
        connection.send(msgspec.msgpack.encode(reply))
"""


def command(stream):
    """Return the command of a process that does what the name of a question says."""
    return [sys.executable, "-c", START, json.dumps(sys.path), str(stream)]


def question(name):
    return Question(folder="", trust=False, name=name)


@pytest.fixture
def child():
    child = Child(command=command)
    yield child
    child.end()


def test_one_process_answers_one_question_after_the_other(child):
    assert child.ask(question("one")) == child.ask(question("two"))


def test_an_error_is_raised_here_as_it_was_there(child):
    with pytest.raises(TrustError, match="needs trust"):
        child.ask(question("forbidden"))


def test_a_task_that_ends_its_process_is_told_and_the_next_gets_a_new_one(child):
    first = child.ask(question("one"))
    with pytest.raises(EvaluationError, match=r"ended the process \(exit status 3\)"):
        child.ask(question("crash"))
    assert child.ask(question("one")) != first


def test_an_answer_that_takes_too_long_is_given_up():
    child = Child(patience=0.0, command=command)
    with pytest.raises(EvaluationError, match="took more than 0 s, and was ended"):
        child.ask(question("hang"))


def test_nothing_is_computed_for_those_who_have_gone(child):
    with pytest.raises(EvaluationError, match="nobody waits"):
        child.ask(question("hang"), has_gone=lambda: True)
    assert child.ask(question("one"))


def test_a_second_question_is_refused_while_the_first_goes_on(child):
    def has_gone():
        is_asked.set()
        return is_over.is_set()

    def first():
        with pytest.raises(EvaluationError):
            child.ask(question("hang"), has_gone)

    is_asked, is_over = threading.Event(), threading.Event()
    thread = threading.Thread(target=first)
    thread.start()
    is_asked.wait(30)
    with pytest.raises(BusyError):
        child.ask(question("one"))
    is_over.set()
    thread.join()
    assert child.ask(question("one"))


# What is posted


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"key": 1}',
        b'{"key": -1, "episodes": 1}',
        b'{"key": 1, "episodes": 0}',
        b'{"key": 1, "episodes": 100000}',
        b'{"key": 1, "episodes": 1, "more": 1}',
        b'{"key": 1e999, "episodes": 1}',
        b'{"key": 99999999999999999999999, "episodes": 1}',
        b'{"key": 1, "episodes": 1, "lesions": [{"kind": "soul", "id": "1"}]}',
        b'{"key": 1, "episodes": 1, "lesions": [{"kind": "neuron"}, 1]}',
        b'{"key": 1, "episodes": 1, "traits": [{"family": "neurons", "trait": 1, "value": 1}]}',
        b'{"key": 1, "episodes": 1, "lesions": ' + b"[" * 100_000,
        b'{"key": 1, "episodes": 1, "lesions": ['
        + b",".join([b'{"kind": "neuron", "id": "1"}'] * 1001)
        + b"]}",
        b"\xff\xfe",
    ],
)
def test_what_is_no_what_if_is_refused(body):
    with pytest.raises(ConfigError, match="what-if: "):
        read_request(body)


# From end to end


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    config = SMALL.replace(evolution=SMALL.evolution.replace(population=4, generations=1))
    with evolve(config, name="asked", runs=tmp_path_factory.mktemp("runs")) as run:
        yield run


def test_a_posted_what_if_gives_the_numbers_of_python(run):
    def post(body):
        headers = {"Content_Type": "application/json", "X_Glianeat_Token": TOKEN}
        return ask(server, f"/{TOKEN}/run/0/whatif", "POST", json.dumps(body), **headers)

    best, values = run.best, Values()
    request = {"key": best.key, "episodes": 3, "traits": []}
    with serving([run.folder], values.make, values.what_if) as server:
        found = post({**request, "lesions": [{"kind": "astrocyte", "id": "*"}]})
        refused = post({**request, "lesions": [{"kind": "neuron", "id": "none"}]})
        missing = post({**request, "key": 999})
    values.close()
    assert (found.status, refused.status, missing.status) == (200, 400, 404)
    assert "neuron 'none' is not in the network" in refused.json["error"]
    expected = best.what_if(lesions=[Lesion("astrocyte")], episodes=3)
    rows = {row["name"]: row for row in found.json["rows"]}
    assert rows.keys() == {row.name for row in expected.rows}
    for row in expected.rows:
        assert rows[row.name]["after"] == row.after
        assert rows[row.name]["standard_error"] == row.standard_error
