"""How much memory processes take, as the system counts it."""

from pathlib import Path


def peak_mb(pid: int) -> float:
    """The most that a process has ever held, in megabytes."""
    return _status(pid, "VmHWM")


def share_mb(*pids: int) -> float:
    """What processes hold now, each page counted once among those that share it."""
    return sum(_rollup(pid) for pid in pids)


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            found += [int(child) for child in (task / "children").read_text().split()]
        except OSError:  # a thread that has ended meanwhile
            continue
    return found


def _status(pid: int, name: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    raise LookupError(name)


def _rollup(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended meanwhile
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
