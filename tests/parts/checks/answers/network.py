"""The right answers to the exercises of 04_network."""

from sindiff.lab import checks
from sindiff.lab.checks.mistakes.network import normed, waves
from sindiff.network.unet import time_embedding

EXERCISES = {
    checks.embedding: {"the package's": time_embedding, "by hand": waves()},
    checks.local_norm: {"the solution": checks.solutions.local_norm, "by hand": normed()},
}
