"""What notebooks need besides the method: set-up, figures, live training, sliders, checks of exercises."""

from sindiff.lab import charts, checks, drawings, plots
from sindiff.lab.display import show, show_source
from sindiff.lab.explore import explore, point_at
from sindiff.lab.live import watch
from sindiff.lab.models import shipped, with_photo
from sindiff.lab.notebook import Lab, LabError, setup
from sindiff.lab.numbers import compare_numbers

__all__ = [
    "Lab",
    "LabError",
    "charts",
    "checks",
    "compare_numbers",
    "drawings",
    "explore",
    "plots",
    "point_at",
    "setup",
    "shipped",
    "show",
    "show_source",
    "watch",
    "with_photo",
]
