"""``glianeat serve``."""

import contextlib
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from glianeat.cli.options import find_run, runs_option, tell_of_trust, trust_option
from glianeat.cli.pages import draw_without_display
from glianeat.cli.terminal import say
from glianeat.errors import CheckpointError, ConfigError
from glianeat.interrupts import Interrupted, check
from glianeat.text import counted, safe

if TYPE_CHECKING:
    from glianeat.inspector.serving.served import Served
    from glianeat.inspector.serving.server import Server
    from glianeat.inspector.serving.values import Values

PORT = 8642
_NICENESS = 10  # a run that goes on comes first


@click.command()
@click.argument("names", metavar="[RUN]...", nargs=-1)
@click.option(
    "--port",
    type=click.IntRange(min=0, max=65_535),
    help=f"Port to listen on; 0 takes any that is free. By default {PORT}, or a free one.",
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address of this machine to listen on."
)
@click.option("--yes-expose", is_flag=True, help="Let other machines reach it, see --host.")
@click.option("--open", "opens", is_flag=True, help="Open the page in the browser.")
@trust_option
@runs_option
def serve(
    names: tuple[str, ...],
    *,
    port: int | None,
    host: str,
    yes_expose: bool,
    opens: bool,
    trust: bool,
    runs: Path,
) -> None:
    """Serve a page of some RUNs on this machine; it follows runs that go on.

    RUN may be a folder of runs: then all are served that are in it now or later. By default that is
    the folder of --runs. The page only reads, and never makes a run wait.
    """
    from glianeat.inspector.serving.admission import make_token
    from glianeat.inspector.serving.served import Served
    from glianeat.inspector.serving.values import Values

    _check_host(host, exposed=yes_expose)
    draw_without_display()
    folders, values, token = _folders(names, runs), Values(trust=trust), make_token()
    if trust:
        _tell_of_trust(folders)
    served = Served(folders, values.make, token, values.compare)
    with _listen(served, token, host, port, values) as server:
        _be_nice()
        _tell(server, host, opens=opens)
        try:
            _serve_until_interrupted(server)
        finally:
            values.close()


def _tell(server: "Server", host: str, *, opens: bool) -> None:
    """Print the address, and open it if that is asked for."""
    address = f"http://{_shown(host)}:{server.port}/{server.admission.token}/"
    say(f"serving {counted(len(server.served.runs()), 'run')} at {address}")
    say("Ctrl-C ends it")
    if opens and not _open(address):
        say("there is no browser here; open the address in one")


def _open(address: str) -> bool:
    import webbrowser

    with contextlib.suppress(webbrowser.Error):
        return webbrowser.open(address)
    return False


def _folders(names: tuple[str, ...], runs: Path) -> list[Path]:
    """Return what to serve: folders of runs, and folders that hold some."""
    from glianeat.store.run_store import DATABASE

    if not names:
        if not runs.is_dir():
            raise CheckpointError(f"runs {runs}: there is no such folder; see --runs")
        return [runs]
    found = []
    for name in names:
        path, is_run = Path(name), (runs / name / DATABASE).is_file()
        holds_runs = path.is_dir() and not is_run and not (path / DATABASE).exists()
        found.append(path if holds_runs else find_run(runs, name))
    return found


def _tell_of_trust(folders: list[Path]) -> None:
    """Print what is about to be imported and called of each run that the user trusts."""
    from glianeat.run.run import Run
    from glianeat.store.run_store import DATABASE

    for folder in folders:
        if not (folder / DATABASE).is_file():
            raise ConfigError(
                f"--trust: must be given with the names of runs, got {folder}, a folder in which "
                "others may begin"
            )
        with Run(folder) as run:
            tell_of_trust(run.demands, trust=True)


def _listen(
    served: "Served", token: str, host: str, port: int | None, values: "Values"
) -> "Server":
    """Return a server on a port; if none is asked for, on the usual one or any that is free."""
    from glianeat.inspector.serving.server import Server

    if port is not None:
        return Server(served, token, (host, port), values.what_if)
    try:
        return Server(served, token, (host, PORT), values.what_if)
    except ConfigError:
        return Server(served, token, (host, 0), values.what_if)


def _check_host(host: str, *, exposed: bool) -> None:
    from glianeat.inspector.serving.admission import is_loopback

    if is_loopback(host):
        return
    if not exposed:
        raise ConfigError(
            f"--host: must be an address of this machine alone, such as 127.0.0.1, got {host!r}; "
            "with --yes-expose, whoever can reach it and learns the address can see the runs"
        )
    say(
        f"warning: {safe(host)} may be reached from other machines; whoever learns the address "
        "below can see the runs and let this machine compute; nothing is encrypted",
        err=True,
    )


def _shown(host: str) -> str:
    """Return a host as it stands in an address."""
    return f"[{host}]" if ":" in host else host


def _be_nice() -> None:
    """Let runs that go on come first."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(_NICENESS)


def _serve_until_interrupted(server: "Server") -> None:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    threading.Thread(target=server.served.prepare, daemon=True).start()
    try:
        while thread.is_alive():
            check()
            thread.join(0.2)
    except (Interrupted, KeyboardInterrupt):
        say("stopped")
        raise
    finally:
        server.shutdown()
