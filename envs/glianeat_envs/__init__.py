"""Gymnasium tasks made for glianeat; importing this package registers them."""

from gymnasium import register

register(
    id="glianeat/Bursts-v0",
    entry_point="glianeat_envs.bursts:Bursts",
    max_episode_steps=100_000,
    reward_threshold=0.95,
)
register(
    id="glianeat/ContextBandit-v0",
    entry_point="glianeat_envs.context_bandit:ContextBandit",
    max_episode_steps=100_000,
    reward_threshold=0.85,
)
register(
    id="glianeat/CueDelay-v0",
    entry_point="glianeat_envs.cue_delay:CueDelay",
    max_episode_steps=100_000,
    reward_threshold=0.95,
)
register(
    id="glianeat/DelayedMatch-v0",
    entry_point="glianeat_envs.delayed_match:DelayedMatch",
    reward_threshold=0.95,
)
register(
    id="glianeat/DoublePole-v0",
    entry_point="glianeat_envs.double_pole:DoublePole",
    max_episode_steps=100_000,
    reward_threshold=100_000.0,
)
register(
    id="glianeat/FaultTrack-v0",
    entry_point="glianeat_envs.fault_track:FaultTrack",
    max_episode_steps=100_000,
    reward_threshold=0.9,
)
register(
    id="glianeat/Forage-v0",
    entry_point="glianeat_envs.forage:Forage",
    max_episode_steps=1000,
)
register(
    id="glianeat/Futility-v0",
    entry_point="glianeat_envs.futility:Futility",
    max_episode_steps=100_000,
    reward_threshold=0.5,
)
register(
    id="glianeat/MultiTask-v0",
    entry_point="glianeat_envs.multi_task:MultiTask",
    reward_threshold=0.95,
)
for _level, _target in (
    ("Easy", 14_250.0),
    ("Medium", 12_000.0),
    ("Hard", 9_000.0),
    ("Hardest", 6_000.0),
):
    register(
        id=f"glianeat/Plank{_level}-v0",
        entry_point="glianeat_envs.plank:PlankCartPole",
        kwargs={"level": _level.lower()},
        max_episode_steps=15_000,
        reward_threshold=_target,
    )
register(
    id="glianeat/RateDemand-v0",
    entry_point="glianeat_envs.rate_demand:RateDemand",
    reward_threshold=0.95,
)
register(
    id="glianeat/Reach-v0",
    entry_point="glianeat_envs.reach:Reach",
    max_episode_steps=50,
)
register(
    id="glianeat/Sequence-v0",
    entry_point="glianeat_envs.sequence:Sequence",
    reward_threshold=0.95,
)
register(
    id="glianeat/TMaze-v0",
    entry_point="glianeat_envs.t_maze:TMaze",
    reward_threshold=0.9,
)
register(
    id="glianeat/TemporalXor-v0",
    entry_point="glianeat_envs.temporal_xor:TemporalXor",
    reward_threshold=1.0,
)
register(
    id="glianeat/TwoDemands-v0",
    entry_point="glianeat_envs.two_demands:TwoDemands",
    max_episode_steps=100_000,
    reward_threshold=0.95,
)
register(
    id="glianeat/Xor-v0",
    entry_point="glianeat_envs.xor:Xor",
    reward_threshold=16.0,
)
