"""How many jobs a plan has and how long they take, from recorded speeds: speeds.json and operations.json."""

import json
from pathlib import Path

from plan import Plan

FOLDER = Path(__file__).resolve().parent


def estimate(plan: Plan) -> str:
    """A few lines for a reader: jobs of each kind, hours on one GPU and on the CPU, and what has no recorded speed."""
    speeds = json.loads((FOLDER / "speeds.json").read_text())
    tflop = json.loads((FOLDER / "operations.json").read_text())["tflop"]
    gpu, cpu = speeds["gpu"], speeds["cpu_seconds"]
    samples = max(protocol.samples for protocol in plan.tables.values())
    lines = [f"{plan.jobs.total()} jobs and {len(plan.tables)} tables for {len(plan.pictures)} pictures:"]
    totals = {"GPU": 0.0, "CPU": 0.0}
    for kind, jobs in plan.jobs.items():
        if kind in tflop:
            where, hours = "GPU", jobs * tflop[kind] / gpu["tflop_per_second"] / 3600
        elif kind in cpu:
            share = samples / cpu[kind].get("samples", samples)
            where, hours = "CPU", jobs * share * cpu[kind]["value"] / 3600
        else:
            lines.append(f"  {jobs:5d} {kind}: no recorded speed")
            continue
        totals[where] += hours
        lines.append(f"  {jobs:5d} {kind}: about {spoken(hours, where)}")
    if totals["GPU"]:
        lines.append(f"About {spoken(totals['GPU'], 'GPU')} ({gpu['device']}): {gpu['source']}.")
    lines.append(f"About {spoken(totals['CPU'], 'CPU')}, the sum over cores. Speeds: workflow/speeds.json.")
    return "\n".join(lines)


def spoken(hours: float, where: str) -> str:
    """Hours of a processor, or minutes if there is less than one."""
    return f"{hours:,.1f} {where} hours" if hours >= 1 else f"{60 * hours:.0f} {where} minutes"
