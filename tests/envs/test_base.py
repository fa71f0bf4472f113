import gymnasium
import numpy as np
import pytest
from glianeat_envs.base import CompiledTask, own_state, write
from gymnasium.error import InvalidAction, ResetNeeded
from gymnasium.spaces import Box, Discrete

from glianeat import CompiledDynamics


def step(state, action):
    state[0] += action[0]
    state[1] = action[-1]
    return state[0], state[0] > 3.0


def observe(state, observation):
    observation[0] = np.float32(state[0])


class Count(CompiledTask):
    compiled = CompiledDynamics(start=own_state, step=step, observe=observe)

    def __init__(self, action_space=None, render_mode=None):
        super().__init__(render_mode)
        self.observation_space = Box(0.0, 9.0, (1,), dtype=np.float32)
        self.action_space = action_space or Discrete(3)

    def _begin(self, options):
        return np.array([self.np_random.random() + options.get("more", 0.0), 0.0])

    def _draw(self, surface):
        write(surface, f"{self.state[0]:.3f}", (10, 10))


class Eater(Count):
    compiled = CompiledDynamics(
        start=own_state, step=step, observe=observe, energy_intake=lambda state: state[0]
    )


def test_a_reset_draws_the_state_from_the_seed_and_the_options():
    task = Count()
    observation, info = task.reset(seed=7)
    assert observation.dtype == np.float32
    assert info == {}
    assert task.state[0] == np.random.default_rng(7).random()
    task.reset(seed=7, options={"more": 1.0})
    assert task.state[0] == np.random.default_rng(7).random() + 1.0


def test_a_step_returns_what_the_twin_says():
    task = Count()
    task.reset(seed=7)
    start = task.state[0]
    observation, reward, terminated, truncated, info = task.step(2)
    assert (reward, terminated, truncated, info) == (start + 2.0, False, False, {})
    assert observation[0] == np.float32(start + 2.0)
    assert type(reward) is float
    assert task.step(np.int64(2))[2] is True


def test_the_info_tells_the_food():
    task = Eater()
    task.reset(seed=7)
    *_, info = task.step(1)
    assert info == {"energy": task.state[0]}


def test_the_twin_starts_from_a_copy():
    task = Count()
    task.reset(seed=7)
    state = task.compiled.start(task)
    state[0] = 99.0
    assert task.state[0] < 1.0


def test_nothing_goes_before_reset():
    task = Count()
    with pytest.raises(ResetNeeded, match=r"Count: reset\(\) must come before step"):
        task.step(0)
    with pytest.raises(ResetNeeded, match=r"Count: reset\(\) must come first"):
        own_state(task)


@pytest.mark.parametrize("action", [3, -1, 0.5, None])
def test_an_action_outside_of_a_discrete_space_is_refused(action):
    task = Count()
    task.reset(seed=7)
    with pytest.raises(InvalidAction, match="Count: action must be in Discrete"):
        task.step(action)


def test_box_actions_are_clipped_and_rounded_and_left_as_they_are():
    task = Count(Box(np.float32([-1.0, 0.0]), np.float32([1.0, 0.5])))
    task.reset(seed=7)
    start, action = task.state[0], np.array([-4.0, 0.1])
    task.step(action)
    assert task.state.tolist() == [start - 1.0, float(np.float32(0.1))]
    assert action.tolist() == [-4.0, 0.1]


def test_box_actions_of_more_dimensions_are_flattened():
    task = Count(Box(np.zeros((2, 2), np.float32), np.float32([[1.0, 2.0], [3.0, 4.0]])))
    task.reset(seed=7)
    task.step(np.full((2, 2), 9.0))
    assert task.state[1] == 4.0


@pytest.mark.parametrize("action", [[np.nan, 0.0], [0.0], [[0.0, 0.0]], 0.0])
def test_box_actions_that_are_none_are_refused(action):
    task = Count(Box(-1.0, 1.0, (2,), dtype=np.float32))
    task.reset(seed=7)
    with pytest.raises(InvalidAction, match=r"Count: action must be \(2,\) numbers"):
        task.step(action)


def test_an_unknown_render_mode_is_refused():
    with pytest.raises(ValueError, match=r"Count: render_mode must be None or one of .* 'ansi'"):
        Count(render_mode="ansi")


def test_rendering_without_a_mode_warns():
    with pytest.warns(UserWarning, match="no render_mode was chosen"):
        assert Count().render() is None


def test_pictures_are_arrays_of_their_own():
    task = Count(render_mode="rgb_array")
    blank = task.render()
    assert (blank == 255).all()
    task.reset(seed=7)
    first = task.render()
    task.step(1)
    second = task.render()
    assert first.shape == (360, 480, 3)
    assert (blank == 255).all()
    assert not np.array_equal(first, second)
    task.close()


def test_closing_one_task_leaves_the_pictures_of_another():
    one, other = Count(render_mode="rgb_array"), Count(render_mode="rgb_array")
    for task in (one, other):
        task.reset(seed=7)
        task.render()
    one.close()
    one.close()
    assert (other.render() < 255).any()
    assert (one.render() < 255).any()  # it opens again


def test_a_window_shows_each_step(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    task = Count(render_mode="human")
    drawn = []
    monkeypatch.setattr(task, "_draw", lambda surface: drawn.append(task.state[0]))
    task.reset(seed=7)
    task.step(1)
    assert drawn == [np.random.default_rng(7).random() + i for i in range(2)]
    assert task.render() is None
    task.close()


def test_vectors_of_tasks_equal_single_ones():
    tasks = gymnasium.vector.SyncVectorEnv([Count, Count])
    observations, _ = tasks.reset(seed=7)
    for i in range(2):
        observation, _ = Count().reset(seed=7 + i)
        assert observations[i] == observation
    tasks.close()
