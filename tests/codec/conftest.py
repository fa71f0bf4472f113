from tests.evaluate.cluster import cluster

__all__ = ["cluster"]
