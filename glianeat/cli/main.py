"""The command line: one group, and one line for every mistake."""

import io
import sys
from typing import NoReturn

import click

import glianeat
from glianeat.cli.compare import compare
from glianeat.cli.config import config
from glianeat.cli.doctor import doctor
from glianeat.cli.draw import draw
from glianeat.cli.export import export
from glianeat.cli.import_neat import import_neat
from glianeat.cli.inspect import inspect
from glianeat.cli.replay import replay
from glianeat.cli.run import resume, run
from glianeat.cli.serve import serve
from glianeat.cli.show import show
from glianeat.cli.study import study
from glianeat.cli.sweep import sweep
from glianeat.cli.tasks import tasks
from glianeat.cli.terminal import say
from glianeat.cli.verify import verify
from glianeat.cli.what_if import what_if
from glianeat.errors import (
    CheckpointError,
    ConfigError,
    GenomeError,
    GliaNeatError,
    StorageError,
    TrustError,
)
from glianeat.interrupts import interruptible
from glianeat.text import safe

MISTAKE, FAILURE, INTERRUPTED = 2, 1, 130
_LONGEST = 2000  # characters of an error
_MISTAKES = (ConfigError, CheckpointError, GenomeError, TrustError)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(glianeat.__version__, prog_name="glianeat")
@click.option("--traceback", is_flag=True, help="Show where in the code an error arose.")
def cli(*, traceback: bool) -> None:
    """Evolve spiking networks with glia, under an energy budget."""


commands = (
    run,
    resume,
    sweep,
    study,
    compare,
    show,
    inspect,
    serve,
    what_if,
    verify,
    replay,
    draw,
    export,
    import_neat,
    tasks,
    doctor,
    config,
)
for command in commands:
    cli.add_command(command)


def command_line() -> int:
    """Run the command line and return the exit status; `Interrupted` passes through."""
    try:
        cli.main(standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        say(shown.getvalue().rstrip(), err=True)
        return MISTAKE
    except GliaNeatError as error:
        if "--traceback" in sys.argv:
            raise
        say(f"glianeat: {safe(str(error), _LONGEST)}", err=True)
        is_mistake = isinstance(error, _MISTAKES) and not isinstance(error, StorageError)
        return MISTAKE if is_mistake else FAILURE
    except BrokenPipeError:
        sys.stderr.close()
        return FAILURE
    return 0


def main() -> NoReturn:
    """Run the command line and exit: 2 for the user's mistakes, 1 for failures, 130 for Ctrl-C."""
    try:
        with interruptible():
            status = command_line()
    except KeyboardInterrupt:
        status = INTERRUPTED
    sys.exit(status)
