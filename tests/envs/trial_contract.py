"""What every task of trials must do, and how policies are played on one."""

import warnings
from collections import defaultdict

import glianeat_envs  # noqa: F401 - registers the tasks
import gymnasium
import numba
import numpy as np
import pytest
from glianeat_envs.trials import PENDING, is_last_step_of
from gymnasium.error import ResetNeeded
from gymnasium.utils.env_checker import check_env


def make(name, **keywords):
    return gymnasium.make(f"glianeat/{name}-v0", **keywords).unwrapped


def play(environment, policy, seed):
    """Return the return of an episode."""
    observation, _ = environment.reset(seed=seed)
    total, terminated = 0.0, False
    while not terminated:
        observation, reward, terminated, _, _ = environment.step(policy(observation))
        total += reward
    return total


def watch(environment, steps, choose=lambda table: 0):
    """Return the first observations of an episode in which one action is always taken."""
    first, _ = environment.reset(seed=0)
    action = choose(environment.table)
    return [first, *(environment.step(action)[0] for _ in range(steps - 1))]


def mean_return(environment, new_policy, episodes):
    return np.mean([play(environment, new_policy(), seed) for seed in range(episodes)])


def best_memoryless(environment, seeds):
    """Return what each observation is worth to the best memoryless policy, by observation.

    Whatever it is that a task shows when it judges, no action of these tasks changes it. So the
    episodes are played with each action, always the same one, and the rewards after each
    observation are added up: the best policy takes the action with the most.
    """
    worth = defaultdict(lambda: np.zeros(environment.action_space.n))
    for seed in seeds:
        for action in range(environment.action_space.n):
            observation, _ = environment.reset(seed=seed)
            terminated = False
            while not terminated:
                seen = tuple(float(number) for number in observation)
                observation, reward, terminated, _, _ = environment.step(action)
                worth[seen][action] += reward / len(seeds)
    return {seen: gains.max() for seen, gains in worth.items() if gains.max() > 0.0}


class TrialTaskContract:
    """Subclasses say which task, which variants of it, where it judges, and what is best."""

    name: str
    variants: tuple[dict, ...] = ({},)
    judged_phase: int
    steps: int

    def new_policy(self):
        """Return the best policy, at the start of an episode."""
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def _no_window(self, monkeypatch):
        monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")

    def test_gymnasium_accepts_it(self):
        for keywords in self.variants:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                check_env(make(self.name, **keywords))

    def test_an_episode_has_the_documented_length(self):
        environment = make(self.name)
        policy, steps, terminated = self.new_policy(), 0, False
        observation, _ = environment.reset(seed=0)
        while not terminated:
            observation, _, terminated, truncated, _ = environment.step(policy(observation))
            assert not truncated
            steps += 1
        assert steps == self.steps

    def test_a_seed_determines_the_trials(self):
        for keywords in self.variants:
            environment = make(self.name, **keywords)
            tables = []
            for seed in (1, 1, *range(2, 30)):
                environment.reset(seed=seed)
                tables.append(environment.table.tobytes())
            assert tables[0] == tables[1]
            assert len(set(tables)) > 1

    def test_episodes_after_the_first_are_drawn_anew(self):
        environment = make(self.name)
        environment.reset(seed=3)
        tables = {environment.reset() and environment.table.tobytes() for _ in range(30)}
        assert len(tables) > 1

    def test_only_the_judged_step_counts(self):
        environment = make(self.name)
        environment.action_space.seed(5)
        best = play(environment, self.new_policy(), seed=4)
        assert best > 0.9

        def sure_only(when_judged):
            policy = self.new_policy()

            def act(observation):
                action = policy(observation)
                judged = is_last_step_of(environment.state, self.judged_phase)
                return action if judged == when_judged else environment.action_space.sample()

            return act

        assert play(environment, sure_only(True), seed=4) == pytest.approx(best)
        assert play(environment, sure_only(False), seed=4) < 0.9

    def test_compiled_it_is_the_same_to_the_bit(self):
        for keywords in self.variants:
            environment = make(self.name, **keywords)
            environment.action_space.seed(0)
            # without reference counting nothing can be allocated
            compiled = numba.njit(error_model="numpy", _nrt=False)
            step, observe = (
                compiled(environment.compiled.step),
                compiled(environment.compiled.observe),
            )
            for seed in range(4):
                first, _ = environment.reset(seed=seed)
                state = environment.compiled.start(environment)
                seen = np.full(environment.observation_space.shape, np.nan)
                observe(state, seen)
                assert seen.tolist() == first.tolist()
                terminated = False
                while not terminated:
                    action = environment.action_space.sample()
                    observation, reward, terminated, _, _ = environment.step(action)
                    assert step(state, np.array([action], dtype=np.float64)) == (reward, terminated)
                    observe(state, seen)
                    assert seen.tolist() == observation.tolist()
                    assert state.tobytes() == environment.state.tobytes()

    def test_nothing_happens_after_the_end(self):
        environment = make(self.name)
        play(environment, self.new_policy(), seed=0)
        before = environment.state.copy()
        observation, reward, terminated, _, _ = environment.step(environment.action_space.sample())
        assert (reward, terminated) == (0.0, True)
        assert not observation.any()
        assert (environment.state == before).all()

    def test_a_step_before_the_first_reset_is_refused(self):
        with pytest.raises(ResetNeeded, match=self.name):
            make(self.name).step(0)

    def test_its_picture_shows_something_throughout(self):
        for keywords in self.variants:
            environment = make(self.name, render_mode="rgb_array", **keywords)
            environment.reset(seed=0)
            pictures, terminated, step = set(), False, 0
            while not terminated:
                _, _, terminated, _, _ = environment.step(step % environment.action_space.n)
                step += 1
                if step % 77 == 0 or terminated:
                    picture = environment.render()
                    assert (picture.shape, picture.dtype) == ((360, 480, 3), np.uint8)
                    colours = picture @ np.array([1 << 16, 1 << 8, 1])
                    assert len(np.unique(colours)) > 3
                    pictures.add(picture.tobytes())
            environment.close()
            assert len(pictures) > 1

    def test_it_shows_itself_in_a_window(self):
        environment = make(self.name, render_mode="human")
        environment.reset(seed=0)
        environment.step(0)
        environment.close()

    def test_outcomes_are_noted_once_judged(self):
        environment = make(self.name)
        environment.reset(seed=0)
        assert (environment.table[:, 0] == PENDING).all()
        play(environment, self.new_policy(), seed=0)
        assert (environment.table[:, 0] != PENDING).all()
