"""Pareto fronts the slow way, by comparing all with all; every value is to be maximised."""


def dominates(one, other):
    """Return whether `one` is no worse in all values, and better in one."""
    no_worse = all(mine >= theirs for mine, theirs in zip(one, other, strict=True))
    return no_worse and tuple(one) != tuple(other)


def fronts(points):
    """Return the front number of each point, 0 for those that nobody dominates."""
    numbers, left, number = {}, set(range(len(points))), 0
    while left:
        front = {i for i in left if not any(dominates(points[j], points[i]) for j in left)}
        numbers |= dict.fromkeys(front, number)
        left, number = left - front, number + 1
    return [numbers[i] for i in range(len(points))]


def crowding(points):
    """Return the crowding distance of each point of one front; infinite at the ends."""
    distance = [0.0] * len(points)
    number = len(points[0]) if points else 0
    for k in range(number):
        order = sorted(range(len(points)), key=lambda i: points[i][k])
        span = points[order[-1]][k] - points[order[0]][k]
        distance[order[0]] = distance[order[-1]] = float("inf")
        for before, i, after in zip(order, order[1:], order[2:], strict=False):
            if span > 0:
                distance[i] += (points[after][k] - points[before][k]) / (number * span)
    return distance
