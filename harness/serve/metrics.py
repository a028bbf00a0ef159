"""Counters of a server, in Prometheus' text form (version 0.0.4)."""

import threading
from collections import defaultdict
from collections.abc import Mapping

TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)  # upper ends of the histogram's buckets
COUNTERS: Mapping[str, str] = {
    "requests_total": "Answered requests, by path and status.",
    "questions_total": "Questions that were scored.",
    "solutions_total": "Solutions that were scored or tried.",
    "unscored_total": "Solutions for which the verifier had no score.",
    "failed_total": "Questions that the verifier failed on.",
    "tokens_total": "Tokens that the verifier read.",
    "batches_total": "Batches that workers answered.",
    "scoring_seconds_total": "Seconds that workers took for batches.",
    "worker_restarts_total": "Workers that died and were replaced.",
    "retried_total": "Questions that were asked again because their worker died.",
    "refused_total": "Requests that were refused, by reason.",
}
GAUGES: Mapping[str, str] = {
    "waiting_solutions": "Solutions that wait for a worker.",
    "workers_ready": "Workers that can score.",
}


class Metrics:
    """Numbers that threads add to and a scraper reads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, dict[str, float]] = {name: defaultdict(float) for name in COUNTERS}
        self._buckets = [0] * (len(SECONDS) + 1)
        self._seconds = 0.0

    def add(self, name: str, amount: float = 1.0, **labels: str) -> None:
        """Count something."""
        written = ",".join(f'{key}="{_escaped(value)}"' for key, value in sorted(labels.items()))
        with self._lock:
            self._counts[name][f"{{{written}}}" if written else ""] += amount

    def answered(self, seconds: float) -> None:
        """A scoring request took so long."""
        with self._lock:
            self._seconds += seconds
            self._buckets[next((i for i, end in enumerate(SECONDS) if seconds <= end), len(SECONDS))] += 1

    def value(self, name: str) -> float:
        """A counter over all its labels."""
        with self._lock:
            return sum(self._counts[name].values())

    def text(self, gauges: Mapping[str, float]) -> str:
        """Everything, for a scraper.

        Args:
            gauges: What is so now, by the names of ``GAUGES``.
        """
        lines: list[str] = []
        with self._lock:
            for name, about in COUNTERS.items():
                lines += [f"# HELP bonbench_{name} {about}", f"# TYPE bonbench_{name} counter"]
                lines += [
                    f"bonbench_{name}{labels} {amount:g}" for labels, amount in (self._counts[name] or {"": 0}).items()
                ]
            for name, about in GAUGES.items():
                lines += [f"# HELP bonbench_{name} {about}", f"# TYPE bonbench_{name} gauge"]
                lines.append(f"bonbench_{name} {gauges[name]:g}")
            name, total = "bonbench_request_seconds", 0
            lines += [f"# HELP {name} From a scoring request's body to its answer.", f"# TYPE {name} histogram"]
            for end, count in zip((*map(str, SECONDS), "+Inf"), self._buckets, strict=True):
                total += count
                lines.append(f'{name}_bucket{{le="{end}"}} {total}')
            lines += [f"{name}_sum {self._seconds:g}", f"{name}_count {total}"]
        return "\n".join(lines) + "\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
