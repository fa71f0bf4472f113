"""Exceptions raised by glianeat.

Every exception derives from :class:`GliaNeatError`, so one ``except`` clause catches them all,
and from the built-in it refines, so generic handlers keep working.
"""


class GliaNeatError(Exception):
    """Base class of all glianeat errors; never raised itself."""


class ConfigError(GliaNeatError, ValueError):
    """A configuration file, field or command-line value is invalid."""


class GenomeError(GliaNeatError, ValueError):
    """A genome violates a structural invariant."""


class DevelopmentError(GliaNeatError, ValueError):
    """A genome cannot be developed into a network."""


class SimulationError(GliaNeatError, RuntimeError):
    """A simulation left its valid domain, for example through a non-finite state."""


class EvaluationError(GliaNeatError, RuntimeError):
    """An evaluation cannot be carried out or returned unusable objectives."""


class WorkersLostError(EvaluationError):
    """Workers or their cluster were lost; what was finished is saved, and the run can go on."""


class ProtocolError(GliaNeatError, RuntimeError):
    """Methods were called out of order, for example ``tell`` before ``ask``."""


class ReporterError(GliaNeatError, RuntimeError):
    """A reporter raised, which ended the run; its generations are saved."""


class TrustError(GliaNeatError, PermissionError):
    """A run that was not made here would import or call what nobody allowed it to."""


class CheckpointError(GliaNeatError, OSError):
    """A run or file is missing, in the way, damaged or of an unsupported version."""


class StorageError(CheckpointError):
    """What is to be kept cannot be: the disk is full or fails, or the run's folder has gone."""


class FolderTakenError(CheckpointError, FileExistsError):
    """A run cannot be made under a name that is taken."""


class FolderHeldError(CheckpointError):
    """Another process goes on with a run, so that this one cannot."""
