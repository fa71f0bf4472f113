"""Founders that cannot be told apart by what they do are reported before anything evolves."""

from glianeat.codec.codec import CodecConfig
from glianeat.config import from_mapping
from glianeat.examination import founders
from glianeat.examination.checks import check_codec, check_spaces
from glianeat.examination.task_under_test import ExaminationConfig, TaskUnderTest
from glianeat.tasks.config import TaskConfig


def under_test(task, **settings):
    found = TaskUnderTest(ExaminationConfig(task=TaskConfig(id=task), **settings))
    list(check_spaces(found))
    list(check_codec(found))
    return found


def finding(task, **codec):
    (found,) = founders.check_founders(under_test(task, codec=CodecConfig(**codec)))
    return found


def test_founders_spread_by_default():
    found = finding("Pendulum-v1")
    assert found.level == "ok"
    assert found.values["saturated"] < founders.MOST_SATURATED
    low, *_, high = found.values["quantiles"]
    assert low < 0.1
    assert high > 0.9


def test_founders_saturate_with_too_high_a_gain():
    found = finding("Pendulum-v1", box_gain=20.0)
    assert found.level == "warning"
    assert found.text.startswith("founders saturate")
    assert "leave codec.box_gain out, which is 20" in found.text


def test_founders_hardly_move_with_too_low_a_gain():
    found = finding("Pendulum-v1", box_gain=0.02)
    assert (found.level, found.text[:20]) == ("warning", "founders hardly move")


def test_founders_of_choices_differ_by_default_and_not_where_there_is_no_time_to_spike():
    assert finding("CartPole-v1").level == "ok"
    found = finding("CartPole-v1", hold=1)
    assert (found.level, found.text[:20]) == ("warning", "founders do the same")
    assert found.values["alike"] > founders.MOST_ALIKE


def test_founders_begin_as_the_settings_say():
    silent = {"synapses": {"weight": {"init_stdev": 0.01}}, "neurons": {"bias": {"init_stdev": 0}}}
    settings = from_mapping(ExaminationConfig, {"genome": {"traits": silent}})
    acts = founders.founders_acts(under_test("CartPole-v1", genome=settings.genome))
    assert acts.alike > 0.95
