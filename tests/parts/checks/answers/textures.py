"""The right answers to the exercises of 16_textures."""

from sindiff.lab import checks
from sindiff.lab.checks.mistakes.textures import slopes

EXERCISES = {
    checks.centred: {"the solution": checks.solutions.centred},
    checks.normals: {"the solution": checks.solutions.normals, "by hand": slopes()},
}
