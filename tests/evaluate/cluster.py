"""One Ray runtime for all tests of a session."""

import pytest


@pytest.fixture(scope="session")
def cluster():
    from glianeat.evaluate import ray_pool

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
