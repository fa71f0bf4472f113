"""Small studies."""

SMALL = """
question = "Does the gain of astrocytes pay?"
seeds = "100-101"
settings.evolution = { population = 6, generations = 2 }
settings.evaluation = { episodes = 1, validation_episodes = 2, validation_top = 2 }
settings.genome.traits.astrocytes.gain = { init_mean = 0.5 }

[decision]
treatment = "glia"
controls = ["none"]

[arms]
glia = { text = "as shipped" }
none.settings.astrocyte.gain = false

[tasks.match]
primary = "plain"
settings.task.id = "glianeat/DelayedMatch-v0"
settings.task.kwargs.trials = 4
by_arm.none.evolution.population = 4

[tasks.match.tests]
plain = { episodes = 3 }
longer = { episodes = 2, settings.task.kwargs.delay_ms = 800.0, against = "plain" }
lesioned = { episodes = 3, without = ["astrocyte"], arms = ["glia"], against = "plain" }
ungained = { episodes = 3, condition = "no_gain" }

[tasks.pole]
primary = "plain"
measure = "power"
settings.task = { id = "CartPole-v1", max_steps = 20 }
tests.plain = { episodes = 2 }
tests.blind = { episodes = 2, damage = ["sensors=1@0s"], against = "plain" }
"""


def changed(old, new, text=SMALL):
    """Return the small study with a part of its text changed."""
    assert old in text
    return text.replace(old, new, 1)
