"""The studio's answers in a kernel: first preview after Run, frames a second, Stop, other cells meanwhile.

A kernel is started as a notebook starts it; the studio runs there at preset laptop, and what changes the page is timed
as it leaves Python (a browser adds its drawing to that).  Each number is the median over the runs, beside the worst.
Walls mean little on a machine with other work: its load is recorded, and the kernel's CPU time for a run.

Examples:
  python benchmarks/studio.py --json benchmarks/results/studio.json
  python benchmarks/studio.py --runs 2
"""

import argparse
import json
import os
import statistics
import time
from pathlib import Path

from jupyter_client.manager import KernelManager, start_new_kernel

WANTED = {"first_frame": 1.0, "frames_per_second": 4.0, "stop": 0.5}
LONGEST = 300  # seconds to wait for anything

STUDIO = """
import json, tempfile, time
from sindiff.lab import setup
from sindiff.lab.studio import Studio
from sindiff.machine.provenance import provenance
lab = setup("13_studio", "laptop", out_dir=tempfile.mkdtemp())
studio = Studio(lab, background=True)
frames = []
studio.image.observe(lambda change: frames.append(time.perf_counter()), "value")
studio.steps.value = 50
"""
BEGIN = "frames.clear(); studio.seed.value += 1; cpu, start = time.process_time(), time.perf_counter(); studio.run()"
END = "asked = time.perf_counter(); studio.stop(); studio.runner.wait(); halted = time.perf_counter() - asked"
WHOLE = "studio.runner.wait(); cpu = time.process_time() - cpu"


class Kernel:
    """A kernel and the answers of its cells."""

    def __init__(self) -> None:
        self.manager, self.client = start_new_kernel(kernel_name="python3")

    def run(self, code: str) -> float:
        """Run a cell; returns the seconds until it has answered.  Raises RuntimeError if it fails."""
        start = time.perf_counter()
        answer = self.client.execute_interactive(code, timeout=LONGEST, output_hook=lambda message: None)["content"]
        if answer["status"] != "ok":
            raise RuntimeError(f"{answer['ename']}: {answer['evalue']}")
        return time.perf_counter() - start

    def value(self, expression: str):
        """What an expression is worth in the kernel."""
        asked = {"value": f"json.dumps({expression})"}
        options = {"user_expressions": asked, "store_history": False, "timeout": LONGEST}
        answer = self.client.execute_interactive("", output_hook=lambda message: None, **options)
        return json.loads(eval(answer["content"]["user_expressions"]["value"]["data"]["text/plain"]))

    def close(self) -> None:
        self.client.stop_channels()
        manager: KernelManager = self.manager
        manager.shutdown_kernel(now=True)


def wait_for(kernel: Kernel, expression: str) -> None:
    end = time.monotonic() + LONGEST
    while not kernel.value(expression):
        if time.monotonic() > end:
            raise RuntimeError(f"not within {LONGEST} s: {expression}")
        time.sleep(0.01)


def whole_run(kernel: Kernel) -> dict[str, float]:
    """A picture from Run to the end, with nothing else asked of the kernel."""
    kernel.run(BEGIN)
    kernel.run(WHOLE)
    times = kernel.value("[when - start for when in frames]")
    rate = (len(times) - 1) / (times[-1] - times[0])
    return {"first_frame": times[0], "frames_per_second": rate, "run": times[-1], "run_cpu": kernel.value("cpu")}


def stopped_run(kernel: Kernel) -> dict[str, float]:
    """A picture stopped after its third frame, and how long an empty cell takes before that."""
    kernel.run(BEGIN)
    wait_for(kernel, "bool(frames)")
    cell = kernel.run("pass")
    wait_for(kernel, "len(frames) >= 3 or not studio.runner.busy")
    kernel.run(END)
    return {"cell_meanwhile": cell, "stop": kernel.value("halted")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    kernel = Kernel()
    try:
        kernel.run(STUDIO)
        kernel.run(BEGIN + "; studio.runner.wait()")  # the first picture of a process is slower
        idle = statistics.median(kernel.run("pass") for _ in range(args.runs))
        runs = [whole_run(kernel) | stopped_run(kernel) for _ in range(args.runs)]
        where = kernel.value("[provenance(lab.device), [studio.result.shape[1], studio.result.shape[2]]]")
    finally:
        kernel.close()
    numbers = {"cell_idle": {"median": round(idle, 4)}}
    for name in runs[0]:
        values = [run[name] for run in runs]
        worst = min(values) if name == "frames_per_second" else max(values)
        numbers[name] = {"median": round(statistics.median(values), 4), "worst": round(worst, 4)}
    about = {"runs": args.runs, "steps": 50, "preset": "laptop", "canvas": where[1], **where[0]}
    about["load"] = [round(load, 1) for load in os.getloadavg()]
    for name, row in numbers.items():
        print(f"{name:18}", row, f"wanted: {WANTED[name]}" if name in WANTED else "")
    if args.json:
        args.json.write_text(json.dumps({"about": about, "wanted": WANTED, "numbers": numbers}, indent=1) + "\n")


if __name__ == "__main__":
    main()
