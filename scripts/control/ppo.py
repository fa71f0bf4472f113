"""PPO of Stable-Baselines3, with its defaults, on one environment and one thread."""

import time
from typing import Any

import gymnasium
import numpy as np
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

from control.play import CHECKED, POINTS, Player, Policy, Use, cpu_seconds, seeds
from control.tasks import BoardTask, Outcome


class _Normalised(gymnasium.ObservationWrapper):
    """Shows observations as all peers see them."""

    def __init__(self, player: Player) -> None:
        super().__init__(player.environment)
        self._player = player
        self.observation_space = gymnasium.spaces.Box(-10.0, 10.0, (player.n_inputs,), np.float64)

    def observation(self, observation: Any) -> Any:
        return self._player.normalised(observation)


class _Curve(BaseCallback):  # type: ignore[misc]
    """Tries the policy on fresh episodes every so often."""

    def __init__(self, player: Player, seed: int, steps: int, outcome: Outcome) -> None:
        super().__init__()
        self._player, self._seed, self._budget = player, seed, steps
        self._outcome, self._cpu = outcome, cpu_seconds()
        self.unpaid = 0.0  # CPU time of trials

    def _on_step(self) -> bool:
        outcome = self._outcome
        outcome.steps = self.num_timesteps
        if outcome.steps < len(outcome.curve) * self._budget / POINTS:
            return True
        now = cpu_seconds()
        outcome.cpu_seconds = now - self._cpu - self.unpaid
        episodes = seeds(self._seed, Use.CHECK, CHECKED, len(outcome.curve) * CHECKED)
        tried = self._player.play(_policy(self.model, self._player), episodes)
        outcome.fresh_steps, self.unpaid = self._player.steps, self.unpaid + cpu_seconds() - now
        buffer = [episode["r"] for episode in self.model.ep_info_buffer or ()]
        outcome.training_return = float(np.mean(buffer)) if buffer else float("nan")
        point = [outcome.steps, outcome.cpu_seconds, outcome.training_return if buffer else None]
        outcome.curve.append([*point, float(np.mean(tried))])
        return True


def ppo(task: BoardTask, seed: int, steps: int) -> tuple[Outcome, Policy]:
    """Train with the defaults of PPO, rewards normalised; its policy acts without noise."""
    torch.set_num_threads(1)
    player, trained, outcome = Player(task), Player(task), Outcome()
    vector = DummyVecEnv([lambda: Monitor(_Normalised(trained))])
    environment = VecNormalize(vector, norm_obs=False)
    model = PPO("MlpPolicy", environment, seed=seed, device="cpu")
    cpu, wall = cpu_seconds(), time.perf_counter()
    curve = _Curve(player, seed, steps, outcome)
    model.learn(steps, callback=curve)
    outcome.cpu_seconds = cpu_seconds() - cpu - curve.unpaid
    outcome.wall_seconds = time.perf_counter() - wall
    outcome.steps = model.num_timesteps
    outcome.parameters = sum(weights.numel() for weights in model.policy.parameters())
    policy = _policy(model, player)
    before = player.steps
    tried = player.play(policy, seeds(seed, Use.VALIDATE, task.validated))
    outcome.fresh_steps += player.steps - before
    outcome.validation_return = float(np.mean(tried))
    return outcome, policy


def _policy(model: Any, player: Player) -> Policy:
    def act(seen: Any) -> Any:
        action, _ = model.predict(seen, deterministic=True)
        return np.eye(player.n_outputs)[int(action)] if player.chooses else player.inverse(action)

    return lambda: act
