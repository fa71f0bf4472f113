"""``python -m glianeat`` is the command line."""

from glianeat.cli.main import main

main()
