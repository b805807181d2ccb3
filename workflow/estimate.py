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
        lines.append(f"  {jobs:5d} {kind}: about {hours:,.1f} {where} hours")
    lines.append(f"About {totals['GPU']:,.0f} GPU hours ({gpu['device']}) and {totals['CPU']:,.1f} CPU hours.")
    lines.append(f"Speeds: {gpu['source']}; see workflow/speeds.json.")
    return "\n".join(lines)
