import gymnasium
import numpy as np
import pytest
from glianeat_envs.distortions import normal, uniform
from glianeat_envs.faults import Faults
from glianeat_envs.gain_shift import GainShift
from gymnasium.spaces import Box

from glianeat.compile.stepper import Stepper
from glianeat.evaluate.episode_kernel import step_compiled
from glianeat.tasks.compiled import find_compiled
from glianeat.tasks.config import TaskConfig, WrapperConfig
from glianeat.tasks.task import describe_task
from tests.envs import contract

WORST = {"sensors": 0.5, "copies": 3, "noise": 0.1, "onset": [2, 9], "drift": 0.1, "jump_steps": 5}
ACTUATORS = {"actuators": 0.5, "actuator_drift": 0.1, "actuator_jump_steps": 7.0}
TASKS = {
    "Reach": ("glianeat/Reach-v0", WORST | ACTUATORS),
    "Reach, stuck": ("glianeat/Reach-v0", WORST | {"mode": "stuck"}),
    "DoublePole": ("glianeat/DoublePole-v0", WORST | ACTUATORS),
    "Forage": ("glianeat/Forage-v0", WORST),
    "FaultTrack": ("glianeat/FaultTrack-v0", {"drift": 0.02}),
    "TMaze": ("glianeat/TMaze-v0", {"sensors": [0.0, 0.5], "copies": 2}),
    "CartPole": ("CartPole-v1", WORST),
    "Acrobot": ("Acrobot-v1", WORST | {"actuators": 1.0, "idle": 1}),
    "Pendulum": ("Pendulum-v1", WORST | ACTUATORS),
    "MountainCar": ("MountainCar-v0", WORST | {"actuators": 0.5, "idle": 1}),
}


def made(task, **kwargs):
    """Make a task with faults."""
    return Faults(gymnasium.make(task), **kwargs)


def watched(environment, steps, *, seed=0):
    """Return what is shown in an episode of random actions, shape (T, n)."""
    environment.action_space.seed(seed)
    shown = [environment.reset(seed=seed)[0]]
    for _ in range(steps):
        observation, _, terminated, truncated, _ = environment.step(
            environment.action_space.sample()
        )
        shown.append(observation)
        if terminated or truncated:
            break
    return np.array(shown)


def check_compiled(environment, *, episodes=3, steps=60, exact=True):
    """Play in both ways; the same is shown, given and ended."""
    dynamics = find_compiled(environment)
    stepper = Stepper(dynamics.step, dynamics.observe, dynamics.energy_intake)
    shown = np.zeros(int(np.prod(environment.observation_space.shape)))
    outcome, tolerance = np.zeros(2), 0.0 if exact else 1e-4
    environment.action_space.seed(5)
    for seed in range(episodes):
        observation, _ = environment.reset(seed=seed)
        state = dynamics.start(environment)
        step_compiled(stepper.address, state, np.zeros(0), shown, outcome)
        for _ in range(steps):
            assert np.allclose(shown, np.ravel(observation), rtol=tolerance, atol=tolerance)
            assert environment.observation_space.contains(observation)
            action = environment.action_space.sample()
            observation, reward, terminated, _, info = environment.step(action)
            number = np.array(action, dtype=np.float64).reshape(-1)
            ended = step_compiled(stepper.address, state, number, shown, outcome)
            assert outcome[0] == pytest.approx(reward, rel=tolerance, abs=tolerance)
            assert outcome[1] == info.get("energy", 0.0)
            assert bool(ended) == terminated
            if terminated:
                break


@pytest.mark.parametrize("name", TASKS)
def test_compiled_and_stepped_in_python_they_are_equal(name):
    task, kwargs = TASKS[name]
    check_compiled(made(task, **kwargs), exact=task.startswith("glianeat/"))


def test_one_wrapper_around_another_is_compiled_too():
    inside = GainShift(contract.make("Reach"), block=7)
    check_compiled(GainShift(Faults(inside, sensors=0.5, copies=2, noise=0.1), block=3))


def test_a_subclass_or_a_foreign_wrapper_is_not_compiled():
    foreign = gymnasium.wrappers.TransformReward(contract.make("Reach"), lambda reward: reward)
    assert find_compiled(Faults(foreign)) is None
    assert find_compiled(type("Other", (Faults,), {})(contract.make("Reach"))) is None


def test_without_faults_a_task_stays_what_it_is():
    plain = watched(contract.make("Reach"), 50)
    assert np.array_equal(plain, watched(Faults(contract.make("Reach")), 50))


def test_episodes_follow_from_their_seed():
    first, again, other = (
        watched(made("glianeat/Reach-v0", **WORST), 40, seed=seed) for seed in (3, 3, 4)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(("share", "silent"), [(0.0, 0), (0.3, 10), (0.6, 19), (1.0, 32)])
def test_a_share_of_all_sensors_is_silent_from_the_onset_on(share, silent):
    shown = watched(made("glianeat/Reach-v0", sensors=share, copies=4, noise=0.1, onset=20), 49)
    assert (shown[:20] != 0.0).all()
    dead = (shown[20:] == 0.0).all(axis=0)
    assert dead.sum() == silent
    assert (shown[20:, ~dead] != 0.0).all()


def test_a_silent_sensor_shows_the_middle_of_the_typical_range():
    shown = watched(made("MountainCar-v0", sensors=1.0), 5)
    assert np.allclose(shown, [-0.3, 0.0])


def test_a_stuck_sensor_shows_what_it_showed_last():
    shown = watched(made("glianeat/Reach-v0", sensors=1.0, onset=10, mode="stuck"), 30)
    assert (shown[10:] == shown[9]).all()
    assert (shown[9] != shown[8]).any()


def test_the_sensors_of_a_smaller_share_fail_in_a_larger_one_too():
    dead = [
        (watched(made("glianeat/Reach-v0", sensors=s, copies=3, noise=0.1), 5) == 0.0).all(axis=0)
        for s in (0.2, 0.5, 0.8)
    ]
    assert (dead[1] >= dead[0]).all()
    assert (dead[2] >= dead[1]).all()


def test_of_several_shares_and_onsets_one_is_drawn():
    environment = made("glianeat/Reach-v0", sensors=[0.0, 0.5, 1.0], copies=2, onset=(5, 8))
    seen = set()
    for seed in range(40):
        shown = watched(environment, 12, seed=seed)
        silent = (shown[5:] == 0.0).sum(axis=1)
        seen.add((int(silent[-1]), int(np.argmax(silent == silent[-1])) if silent[-1] else -1))
    assert {count for count, _ in seen} == {0, 8, 16}
    assert {step for _, step in seen} == {-1, 0, 1, 2, 3}


def test_copies_have_noise_of_their_own_in_half_widths_of_the_typical_range():
    environment = made("CartPole-v1", copies=50, noise=0.1)
    plain = np.array([contract_reset(gymnasium.make("CartPole-v1"), s) for s in range(60)])
    shown = np.array([contract_reset(environment, s) for s in range(60)]).reshape(60, 4, 50)
    noise = shown - plain[:, :, None]
    assert np.allclose(noise.std(axis=(0, 2)), [0.24, 0.3, 0.021, 0.3], rtol=0.05)
    assert np.abs(noise.mean(axis=(0, 2)) / [0.24, 0.3, 0.021, 0.3]).max() < 0.06
    assert np.abs(np.corrcoef(noise[:, 2, :6].T) - np.eye(6)).max() < 0.5


def contract_reset(environment, seed):
    return environment.reset(seed=seed)[0]


def gains_of(environment, steps):
    """Return the gain of each sensor in each step, shape (T, n)."""
    environment.reset(seed=0)
    gains = [environment.sensor_gains_now]
    for _ in range(steps):
        environment.step(environment.action_space.sample())
        gains.append(environment.sensor_gains_now)
    return np.array(gains)


def test_gains_drift_within_their_limit_from_the_onset_on():
    gains = gains_of(made("glianeat/Reach-v0", drift=0.2, limit=2.0, copies=5, onset=10), 49)
    assert (gains[:10] == 1.0).all()
    assert gains.min() == pytest.approx(0.5)
    assert gains.max() == pytest.approx(2.0)
    steps = np.diff(np.log(gains[9:]), axis=0)
    assert steps[:2].std() == pytest.approx(0.2, rel=0.2)


def test_gains_jump_once_in_so_many_steps():
    gains = np.log(gains_of(made("glianeat/FaultTrack-v0", jump_steps=20), 400))
    assert (np.diff(gains, axis=0) != 0.0).mean() == pytest.approx(1 / 20, abs=0.01)
    assert np.abs(gains).max() < np.log(8.0)
    assert gains[100:].std() == pytest.approx(np.log(8.0) / np.sqrt(3.0), rel=0.15)


def test_what_is_shown_is_multiplied_by_the_gain():
    environment, inside = made("Pendulum-v1", drift=0.5), gymnasium.make("Pendulum-v1")
    environment.reset(seed=0)
    inside.reset(seed=0)
    for action in np.linspace(-1, 1, 20, dtype=np.float32).reshape(-1, 1):
        shown, clean = environment.step(action)[0], inside.step(action)[0]
        assert np.allclose(shown, environment.sensor_gains_now * clean, rtol=1e-6)


class Recorder(gymnasium.Wrapper):
    """Notes what is done."""

    def __init__(self, env):
        super().__init__(env)
        self.done = []

    def step(self, action):
        self.done.append(action)
        return super().step(action)


def test_failed_actuators_do_nothing():
    inside = Recorder(contract.make("Reach"))
    environment = Faults(inside, actuators=0.5, onset=3)
    environment.reset(seed=0)
    for _ in range(6):
        environment.step(np.array([0.5, -0.5], np.float32))
    done = np.array(inside.done)
    assert (np.abs(done[:3]) == 0.5).all()
    assert sorted(np.abs(done[3:]).max(axis=0)) == [0.0, 0.5]


def test_in_place_of_a_failed_choice_the_idle_one_is_taken():
    inside = Recorder(gymnasium.make("Acrobot-v1"))
    environment = Faults(inside, actuators=1.0, idle=1, onset=2)
    environment.reset(seed=0)
    for action in (0, 2, 0, 2, 1):
        environment.step(action)
    assert inside.done == [0, 2, 1, 1, 1]


def test_gains_of_actuators_stay_within_the_bounds_of_actions():
    inside = Recorder(contract.make("Reach"))
    environment = Faults(inside, actuator_jump_steps=2)
    environment.reset(seed=0)
    for _ in range(49):
        environment.step(np.array([0.4, -0.4], np.float32))
    done = np.array(inside.done)
    assert np.abs(done).max() == 1.0
    assert (done[:, 0] > 0.0).all()
    assert (done[:, 1] < 0.0).all()
    assert len(np.unique(done[:, 0])) > 5


def test_what_is_known_of_a_task_is_known_with_faults_too():
    kwargs = {"copies": 2, "sensors": 0.5}
    wrapper = WrapperConfig(entry="glianeat_envs.faults:Faults", kwargs=kwargs)
    spec = describe_task(TaskConfig(id="CartPole-v1", wrappers=(wrapper,)))
    assert spec.ranges[:4] == ((-2.4, 2.4), (-2.4, 2.4), (-3.0, 3.0), (-3.0, 3.0))
    assert spec.known.observation_names[:3] == (
        *("cart position 1", "cart position 2"),
        "cart velocity 1",
    )
    assert spec.known.action_names == ("push left", "push right")
    assert spec.solved_return == 475.0
    assert spec.compiled is not None


def test_ranges_and_bounds_are_wider_where_gains_of_sensors_change():
    environment = made("Pendulum-v1", drift=0.1, limit=4.0)
    assert np.allclose(environment.observation_space.high, [4.0, 4.0, 32.0])
    known = environment.known_around(environment.known_inside())
    assert np.allclose(known.ranges, [(-4.0, 4.0), (-4.0, 4.0), (-32.0, 32.0)])


@pytest.mark.parametrize(
    ("task", "kwargs", "words"),
    [
        ("CartPole-v1", {"sensors": 1.5}, "sensors must be a share from 0 to 1, or several"),
        ("CartPole-v1", {"sensors": []}, "sensors must be a share"),
        ("CartPole-v1", {"onset": (5, 2)}, "onset must be a step >= 0, or a pair"),
        ("CartPole-v1", {"copies": 0}, "copies must be a whole number >= 1"),
        ("CartPole-v1", {"noise": -1.0}, "noise must be finite and >= 0"),
        ("CartPole-v1", {"mode": "loud"}, "mode must be 'silent' or 'stuck'"),
        ("CartPole-v1", {"limit": 0.5}, "limit must be finite and >= 1"),
        ("CartPole-v1", {"jump_steps": 0}, "jump_steps must be finite and >= 1, or None"),
        ("CartPole-v1", {"actuators": 0.5}, r"idle must be the choice of Discrete\(2\)"),
        ("CartPole-v1", {"actuator_drift": 0.5}, "gains of actuators need a Box"),
        ("Pendulum-v1", {"idle": 1}, "idle must be left out"),
        ("Pendulum-v1", {"ranges": [(0, 1)]}, "ranges must be 3 pairs of low < high"),
        ("FrozenLake-v1", {}, "observation must be a Box of floats, got Discrete"),
        ("glianeat/RateDemand-v0", {"actuators": 0.5}, "actuators need a Box or Discrete"),
    ],
)
def test_what_is_refused(task, kwargs, words):
    with pytest.raises(ValueError, match=words):
        made(task, **kwargs)


def test_noise_needs_a_range():
    inside = contract.make("Reach")
    inside.unwrapped.observation_space = Box(-np.inf, np.inf, (8,), np.float32)
    with pytest.raises(ValueError, match="noise needs ranges"):
        Faults(inside, noise=0.1)
    assert Faults(inside, noise=0.1, ranges=[(-1, 1)] * 8).half.tolist() == [1.0] * 8


def test_a_step_before_reset_is_refused():
    with pytest.raises(gymnasium.error.ResetNeeded):
        made("Pendulum-v1").step(np.zeros(1, np.float32))


def test_a_wrapped_task_is_made_again_from_its_specification():
    spec = made("Pendulum-v1", sensors=0.5, onset=3).spec
    again = gymnasium.make(spec)
    assert isinstance(again, Faults)
    assert again.sensors == (0.5,)


def test_draws_are_independent_of_one_another():
    numbers = np.array(
        [
            [normal(seed, step, 8 * k) for k in range(12)]
            for seed in (1.0, 2.0)
            for step in range(300)
        ]
    )
    assert numbers.mean() == pytest.approx(0.0, abs=0.04)
    assert numbers.std() == pytest.approx(1.0, abs=0.03)
    assert np.abs(np.corrcoef(numbers.T) - np.eye(12)).max() < 0.15
    assert np.corrcoef(numbers[1:300, 0], numbers[:299, 0])[0, 1] == pytest.approx(0, abs=0.15)
    words = {uniform(s, t, k) for s in range(20) for t in range(20) for k in range(20)}
    assert len(words) > 7990  # hardly any of 8,000 words of 32 bits coincide
