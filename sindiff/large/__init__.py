"""Pictures larger than memory, sampled from file to file."""

from sindiff.large.canvas import Canvas, save_canvas
from sindiff.large.plan import PROGRAM_BYTES, Plan, amount, forward_bytes, plan_pictures
from sindiff.large.sample import sample_to_files

__all__ = [
    "PROGRAM_BYTES",
    "Canvas",
    "Plan",
    "amount",
    "forward_bytes",
    "plan_pictures",
    "sample_to_files",
    "save_canvas",
]
