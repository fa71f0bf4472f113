"""What is said of genomes that could not be evaluated."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from glianeat.text import counted, safe

if TYPE_CHECKING:
    from glianeat.evaluate.failures import Failure

_MOST = 5  # reasons that are shown
_NOT_THE_TASKS = ("undeveloped",)


def failure_lines(failures: Sequence["Failure"], task: str, *, all_failed: bool) -> list[str]:
    """Return lines that say how many genomes failed, and why; none if all went well."""
    total = sum(failure.count for failure in failures)
    if not total:
        return []
    head = f"every genome failed ({total})" if all_failed else f"{counted(total, 'genome')} failed"
    lines = [f"{head}; by status and reason:"]
    lines += [f"  {one.count} {one.status}: {safe(one.reason)}" for one in failures[:_MOST]]
    if len(failures) > _MOST:
        lines.append(f"  and {counted(len(failures) - _MOST, 'more reason')}: glianeat show --json")
    if any(failure.status not in _NOT_THE_TASKS for failure in failures):
        lines.append(f"  what is wrong with the task: glianeat doctor {safe(task)}")
    return lines
