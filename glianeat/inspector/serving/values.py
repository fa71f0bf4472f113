"""The values that a served page asks for, each from a run that is opened for it alone."""

from collections.abc import Callable, Sequence
from pathlib import Path

from glianeat.inspector.resources import as_json, resource
from glianeat.inspector.serving.child import WHATIF, Child, Question, read_request
from glianeat.run.run import Run

_EPISODE = "episode/"


class Values:
    """Makes the values of runs; what needs the task is made in processes of their own.

    Parameters
    ----------
    trust : bool
        Whether tasks may be made whatever that imports and calls, see `Run`.
    """

    def __init__(self, *, trust: bool = False) -> None:
        self._trust = trust
        self._episodes, self._what_ifs = Child(), Child()

    def make(self, folder: Path, name: str) -> bytes:
        """Return a value of the run in a folder; see `glianeat.inspector.serving.served.Make`."""
        if name.startswith(_EPISODE):
            question = Question(folder=str(folder.resolve()), trust=self._trust, name=name)
            return self._episodes.ask(question, wait=self._episodes.patience)
        with Run(folder, trust=self._trust) as run:
            return as_json(resource(run, name))

    def compare(self, folders: Sequence[Path]) -> bytes:
        """Return the comparison of some runs, as JSON; see `glianeat.inspector.comparison`."""
        from glianeat.inspector.comparison import comparison_json
        from glianeat.studies.comparison import compare

        return comparison_json(compare(folders))

    def what_if(self, folder: Path, body: bytes, has_gone: Callable[[], bool]) -> bytes:
        """Return the answer to a what-if, as JSON.

        Parameters
        ----------
        folder : Path
            Folder of the run.
        body : bytes
            What was posted.
        has_gone : callable
            Returns whether nobody waits for the answer any more.

        Raises
        ------
        BusyError
            If another what-if goes on.
        ConfigError
            If it is none, or changes what cannot be changed.
        GliaNeatError
            If it cannot be answered.
        """
        read_request(body)
        question = Question(
            folder=str(folder.resolve()), trust=self._trust, name=WHATIF, request=body
        )
        return self._what_ifs.ask(question, has_gone)

    def close(self) -> None:
        """End the processes."""
        self._episodes.end()
        self._what_ifs.end()
