"""One Ray runtime for all tests of a session."""

import ipaddress
import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def cluster():
    from glianeat.evaluate import ray as ray_pool

    starts = not ray_pool.ray.is_initialized()
    if starts:
        ray_pool.ray.init(
            address="local",
            num_cpus=4,
            include_dashboard=False,
            log_to_driver=False,
            object_store_memory=80 * 2**20,
        )
    yield
    if starts:
        ray_pool.ray.shutdown()


def children():
    """Return the command lines of all processes that this one has started, directly or not."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text().rpartition(")")[2].split()
                parents[int(folder.name)] = int(stat[1]), (folder / "cmdline").read_text()
            except OSError:
                continue
    found, front = {os.getpid(): ""}, {os.getpid()}
    while front:
        front = {process for process, (parent, _) in parents.items() if parent in front}
        found |= {process: parents[process][1] for process in front}
    return found


def child_named(name):
    """Return the process whose program's path contains `name`."""
    return next(n for n, line in children().items() if name in line.split("\0")[0])


def listening():
    """Return the addresses on which this process and its children listen."""
    sockets = {}
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A":
                sockets[f"socket:[{fields[9]}]"] = _address(fields[1].partition(":")[0])
    addresses = set()
    for process in children():
        for descriptor in Path(f"/proc/{process}/fd").iterdir():
            try:
                addresses.add(sockets.get(str(descriptor.readlink()), ""))
            except OSError:
                continue
    return addresses - {""}


def _address(text):
    words = [bytes.fromhex(text[i : i + 8])[::-1] for i in range(0, len(text), 8)]
    address = ipaddress.ip_address(b"".join(words))
    return str(getattr(address, "ipv4_mapped", None) or address)
