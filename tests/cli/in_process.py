"""Commands that run in this process, which is quicker than one of their own."""

import pytest

from glianeat.cli.main import main


def run_here(monkeypatch, capsys, *arguments):
    """Run ``glianeat`` with arguments; return its exit status, output and errors."""
    monkeypatch.setattr("sys.argv", ["glianeat", *arguments])
    with pytest.raises(SystemExit) as end:
        main()
    out, err = capsys.readouterr()
    return end.value.code, out, err
