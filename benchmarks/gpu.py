"""What the paper's recipe does on a GPU, unattended: speed of a step, whole runs, wide samples, and Table 4.

  step-*       pictures a second in plain eager steps, in ours, compiled, and as CUDA graphs (step.py)
  ours-*       how soon our own recipe has swd 0.02 at this size (time_to_quality.py)
  places       preset paper_places to its end, measured on the way; samples in 20 and in 1000 steps (gpu_run.py)
  paper        half an hour of the paper's run with its batch of 128, which wants 80 GB
  hr           paper_hr for 15 minutes, and a sample of 486x2048; bundled pictures have 288x384 px and the paper's had
               486x741, so name a larger picture to compare
  PRESET-PICTURE-SEED: the networks of Table 4, all for as many steps
  paper-full   the paper's run to its end; by far the longest

All but Table 4 is of the first picture.

Examples:
  python benchmarks/gpu.py --dry                      the plan, with minutes at the speed measured on an H200
  python benchmarks/gpu.py --minutes 12 --only "step-*" ours-wide
  python benchmarks/gpu.py --quick --device cpu --out /tmp/gpu      the path, in three minutes on a CPU core
"""

from collections.abc import Iterator
from itertools import product

import jobs
from bench import PAINTINGS, Row
from jobs import Job, Target
from step import WAYS
from time_to_quality import FOR_A_GPU

from sindiff.training.presets import get_preset

RATE = 236.0  # pictures of 188x250 px a second in eager training steps of the paper's network: results/gpu_step.json
GFLOP = {"levels_1": 74, "levels_2": 181, "paper": 287, "paper_places": 287, "levels_4": 394}  # a picture of 184x248 px
STEPS = {f"plain-{autocast}": f"--ways plain --autocast {autocast}" for autocast in ("float32", "float16")}
STEPS |= {way: f"--ways {way} --autocast bfloat16" for way in WAYS if way != "plain"}
ALLOCATOR = "expandable_segments:True"  # canvases of many sizes would fragment the memory
SWD, SECONDS = 0.02, 120


FULL = {
    "step": "--preset paper --batch-size 16 --steps 100 --warmup 40 --product bfloat16 --side 8192",
    "ours": "--steps 500 1000 2000 4000 --points 1 --batch-size 16 --long-side 250 --copied-at 125",
    "presets": ("paper_places", "paper", "paper_hr"),
    "curve": "1 2 5 10 20 30",  # minutes of the paper's run at which it is measured
    "samples": "--n 10 --draw dpmpp:20 ddpm:1000",
    "steps": 50_000,
    "hr": "--n 1 --size 486x2048 --draw dpmpp:20 --minutes 15",
    "levels": ("levels_1", "levels_2", "paper", "levels_4"),
    "level_samples": "--n 10",
    "level_steps": 5000,  # of each network of Table 4
    "slow": 3.0,  # minutes that a compiled step takes; the samples of a run take twice as many
}
TINY = {
    "step": "--preset smoke --batch-size 2 --steps 2 --warmup 1 --side 128 --backend eager",
    "ours": "--steps 2 3 --points 1 --batch-size 2 --long-side 24 --n 2",
    "presets": ("smoke", "smoke", "smoke"),
    "curve": "0.001 0.002",
    "samples": "--n 2 --draw dpmpp:2 ddpm:3",
    "steps": 6,
    "hr": "--n 1 --size 24x100 --draw dpmpp:2 --minutes 0.001",
    "levels": ("smoke",),
    "level_samples": "--n 2",
    "level_steps": 2,
    "slow": 0.2,
}


def plan(scale: Row, pictures: list[str], seeds: list[int]) -> dict[str, Job]:
    """Name -> job, the worthiest first.  pictures, seeds: of Table 4; the rest is of the first picture."""
    one, found = pictures[0], {}

    def run(folder: str, picture: str, preset: str, options: str, minutes: float) -> Job:
        options = f"--picture {picture} --preset {preset} {options} --run OUT/runs/{folder} --sheets OUT/sheets"
        return Job("gpu_run.py", options, minutes + 2 * scale["slow"], ALLOCATOR)

    for name, way in STEPS.items():
        found[f"step-{name}"] = Job("step.py", f"--picture {one} {way} {scale['step']}", scale["slow"])
    for network in FOR_A_GPU:
        options = f"{one} --preset {network} {scale['ours']} --sheets OUT/sheets"
        found[f"ours-{network}"] = Job("time_to_quality.py", options, 4 * scale["slow"])
    places, paper, hr = scale["presets"]
    on_the_way, to_the_end = f"{scale['samples']} --minutes {scale['curve']}", f"--steps {scale['steps']}"
    minutes = training_minutes(places, scale["steps"])
    found["places"] = run("places", one, places, f"{on_the_way} {to_the_end}", minutes)
    found["paper"] = run("paper", one, paper, on_the_way, float(scale["curve"].split()[-1]))
    found["hr"] = run("hr", one, hr, scale["hr"], float(scale["hr"].split()[-1]))
    for seed, name, preset in product(seeds, pictures, scale["levels"]):
        level = f"{preset}-{name.replace('/', '_')}-{seed}"
        options = f"--seed {seed} {scale['level_samples']} --steps {scale['level_steps']}"
        found[level] = run(level, name, preset, options, training_minutes(preset, scale["level_steps"]))
    minutes = training_minutes(paper, scale["steps"])
    found["paper-full"] = run("paper", one, paper, f"{scale['samples']} {to_the_end}", minutes)
    return found


def training_minutes(preset: str, steps: int) -> float:
    """About what so many steps take at RATE."""
    return steps * get_preset(preset).train.batch_size * GFLOP.get(preset, 0) / GFLOP["paper"] / RATE / 60


def targets(made: Row) -> Iterator[Target]:
    """What was wanted of the steps and of the time to SWD, of our recipe or of the paper's with either weights."""
    steps = {name: job["rows"][0] for name, job in made.items() if name.startswith("step-")}
    ours = {name: row for name, row in steps.items() if row["way"] in ("ours", "ours-compiled", "ours-graphs")}
    if ours:
        best = max(ours, key=lambda name: ours[name]["gflops"])
        if plain := steps.get("step-plain-float32"):
            ratio = ours[best]["gflops"] / plain["gflops"]
            yield Target(f"{best}: training steps, times the plain eager float32", ratio, least=3)
        yield Target(f"{best}: share of the bfloat16 rate", ours[best]["share"], least=0.35)
    runs = ("places", "paper", "paper-full")
    rows = [row for name, job in made.items() if name.startswith("ours-") or name in runs for row in job["rows"]]
    if rows:
        times = [row["seconds"] for row in rows if row["swd"] <= SWD]
        yield Target(f"training to swd {SWD}", min(times, default=None), "s", most=SECONDS)


def main() -> None:
    parser = jobs.arguments(__doc__, minutes=720.0)
    parser.add_argument("--pictures", nargs="+", default=PAINTINGS, help="of Table 4; the first is that of the rest")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0], help="of Table 4")
    args = parser.parse_args()
    if args.device.type != "cuda" and not (args.quick or args.dry):
        parser.error("no CUDA device here: --quick tries the path without one, --dry shows the plan")
    jobs.main(args, plan(TINY if args.quick else FULL, [*args.pictures], args.seeds), targets)


if __name__ == "__main__":
    main()
