"""Made-up runs to compare."""

from pathlib import Path

from glianeat.studies.record import ObjectiveName, RunRecord, Worth

REWARD_AND_ENERGY = (ObjectiveName("reward", 1, ""), ObjectiveName("energy", -1, "EU/s"))


def make_record(seed=0, final=100.0, power=50.0, **changes):
    """Return a run whose only survivor has a return and a power, on fresh episodes."""
    worth = Worth(mean_return=final, power=power, episodes=100)
    fields = {
        "name": f"run-{seed}",
        "folder": Path("runs") / f"run-{seed}",
        "seed": seed,
        "task": "CartPole-v1",
        "settings": {"evolution.population": "50", "codec.transmission": '"graded"'},
        "finished": "generations",
        "digest": f"{seed}",
        "goal": 475.0,
        "evaluations": (50, 100),
        "best_returns": (final / 2.0, final),
        "solved_at": None,
        "best": worth,
        "survivors": (worth,),
        "objectives": REWARD_AND_ENERGY,
        "points": ((final, power),),
        "reference": (0.0, -1000.0),
    }
    return RunRecord(**{**fields, **changes})


def with_population(number):
    """Return settings of a population."""
    return {"evolution.population": str(number), "codec.transmission": '"graded"'}
