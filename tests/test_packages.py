"""What is installed. A clone proves nothing, since it is used from where it is."""

import configparser
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_package_is_installed():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    listed = config["options"]["packages"].split()
    folders = [
        ".".join(file.parent.relative_to(root).parts)
        for root in (ROOT, ROOT / "envs")
        for file in root.glob("glianeat*/**/__init__.py")
    ]
    assert sorted(listed) == sorted(folders)
