"""What one picture can do: a function for each application of the paper, and a few beyond."""

from sindiff.applications.animation import animate, save_film
from sindiff.applications.clip import Clip, load_clip, text_score
from sindiff.applications.draw import Draw, Start, invent, solver_for
from sindiff.applications.inpainting import inpaint
from sindiff.applications.outpainting import outpaint
from sindiff.applications.reference import Recipe, edit, harmonize, paint, retarget, style, super_resolve, translate
from sindiff.applications.region import Box, roi
from sindiff.applications.sampling import generate, new_pictures
from sindiff.applications.symmetry import symmetric
from sindiff.applications.text import text_guided
from sindiff.applications.tiling import tile

__all__ = [
    "Box",
    "Clip",
    "Draw",
    "Recipe",
    "Start",
    "animate",
    "edit",
    "generate",
    "harmonize",
    "inpaint",
    "invent",
    "load_clip",
    "new_pictures",
    "outpaint",
    "paint",
    "retarget",
    "roi",
    "save_film",
    "solver_for",
    "style",
    "super_resolve",
    "symmetric",
    "text_guided",
    "text_score",
    "tile",
    "translate",
]
