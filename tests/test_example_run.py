from pathlib import Path

from glianeat.run.run import Run

EXAMPLE = Path(__file__).parent.parent / "runs" / "example"


def test_the_run_that_comes_with_the_clone_can_be_read_and_acts():
    with Run(EXAMPLE) as run:
        assert run.finished == "solved"
        assert run.best.mean_return >= 475
        agent = run.best.agent()
    agent.reset()
    assert agent.act([0.0, 0.0, 0.0, 0.0]) in (0, 1)
