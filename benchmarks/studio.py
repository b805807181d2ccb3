"""The studio's answers in a kernel: first pictures of a photo, first preview after Run, frames a second, Stop.

A kernel is started as a notebook starts it; the studio runs there at preset laptop, and what changes the page is timed
as it leaves Python (a browser adds its drawing to that).  The photo that is opened has 3 megapixels and no model; the
other answers are those of a bundled picture with its own.  Each number is the median over the runs, beside the worst.
Walls mean little on a machine with other work: its load is recorded, and the kernel's CPU time for a run.

Example:
  python benchmarks/studio.py --json benchmarks/results/studio.json
"""

import json
import os
import statistics
import time

import bench
from jupyter_client.manager import start_new_kernel

WANTED = {"four_pictures": 20.0, "first_frame": 1.0, "frames_per_second": 4.0, "stop": 0.5}
LONGEST = 300  # seconds to wait for anything

STUDIO = """
import json, tempfile, time
from sindiff.lab import setup
from sindiff.lab.studio import Studio
lab = setup("13_studio", "laptop", out_dir=tempfile.mkdtemp())
studio = Studio(lab, background=True)
frames = []
studio.image.observe(lambda change: frames.append(time.perf_counter()), "value")
studio.steps.value, studio.many.value = 50, 1
"""
BEGIN = "frames.clear(); studio.seed.value += 1; cpu, start = time.process_time(), time.perf_counter(); studio.run()"
END = "asked = time.perf_counter(); studio.stop(); studio.runner.wait(); halted = time.perf_counter() - asked"
WHOLE = "studio.runner.wait(); cpu = time.process_time() - cpu"


OWN = """
from pathlib import Path
from sindiff.pictures.images import resize, save_image, to_image
own = Path(tempfile.mkdtemp()) / "own.png"
save_image(to_image(resize(studio.project.photo, 1500, 2000)), own)
"""
OPEN = """
own_lab = setup("13_studio", "laptop", image=own, out_dir=tempfile.mkdtemp())
start = time.perf_counter()
opened = Studio(own_lab, background=True)
opened.first_pictures()
while not opened.album.results:
    time.sleep(0.02)
first_picture = time.perf_counter() - start
opened.runner.wait()
four_pictures = time.perf_counter() - start
"""


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

    def wait_for(self, expression: str) -> None:
        end = time.monotonic() + LONGEST
        while not self.value(expression):
            if time.monotonic() > end:
                raise RuntimeError(f"not within {LONGEST} s: {expression}")
            time.sleep(0.01)

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def opened_photo(kernel: Kernel) -> dict[str, float]:
    """From opening a photo to its first picture, and to the last of the first four."""
    kernel.run(OPEN)
    return {name: kernel.value(name) for name in ("first_picture", "four_pictures")}


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
    kernel.wait_for("bool(frames)")
    cell = kernel.run("pass")
    kernel.wait_for("len(frames) >= 3 or not studio.runner.busy")
    kernel.run(END)
    return {"cell_meanwhile": cell, "stop": kernel.value("halted")}


def summary(rows: list[bench.Row]) -> bench.Row:
    """By name, the median over the runs and the worst."""
    numbers = {}
    for name in rows[0].keys() - {"run_number"}:
        values = sorted((row[name] for row in rows), reverse=name == "frames_per_second")
        numbers[name] = {"median": statistics.median(values), "worst": values[-1]}
    return {"wanted": WANTED, "numbers": numbers}


def main() -> None:
    args = bench.arguments(__doc__, runs=7).parse_args()
    kernel = Kernel()
    try:
        kernel.run(STUDIO)
        kernel.run(BEGIN + "; studio.runner.wait()")  # the first picture of a process is slower
        kernel.run(OWN)
        canvas = kernel.value("[studio.result.shape[1], studio.result.shape[2]]")
        table = bench.Table(args, {"steps": 50, "preset": "laptop", "canvas": canvas}, summary)
        for key in table.todo(run_number=range(args.runs)):
            idle = {"cell_idle": kernel.run("pass"), "load": os.getloadavg()[0]}
            table.add(key | idle | opened_photo(kernel) | whole_run(kernel) | stopped_run(kernel))
    finally:
        kernel.close()
    table.end()


if __name__ == "__main__":
    main()
