"""``python -m glianeat`` is the command line."""

from glianeat.cli.start import main

if __name__ == "__main__":
    main()
