"""Rows of the table: new pictures, pictures after words, larger pictures and films."""

from sindiff.applications.animation import animate
from sindiff.applications.clip import load_clip, require_prompts, text_score, unmet_words
from sindiff.applications.full_size import Size, full_size
from sindiff.applications.reference import super_resolve
from sindiff.applications.sampling import new_pictures
from sindiff.applications.symmetry import symmetric
from sindiff.applications.table.reading import read_axes
from sindiff.applications.table.row import INVERT, MAPS, SIZE, Application, Given, Option
from sindiff.applications.text import SCALE, require_fitting, text_guided
from sindiff.model import Source


def _of_size(source: Source, given: Given) -> Size:
    return full_size(source, given.size)


def _text(source: Source, given: Given) -> None:
    require_fitting(given.scale, full_size(source, given.size), given.mask)
    require_prompts([text for text, _ in given.prompts])
    clip = load_clip(given.clip, source.device)
    given.scores = [text_score(clip, text, weight) for text, weight in given.prompts]


def _unmet(source: Source, given: Given) -> list[str]:
    clip = load_clip(given.clip, source.device)
    words = [word for text, _ in given.prompts for word in unmet_words(clip, text)]
    return [f"{given.clip}: has not met {', '.join(dict.fromkeys(words))}, which will do little"] if words else []


SAMPLE = Application(
    "sample",
    "Invent new pictures.",
    lambda source, given, draw: new_pictures(source, given.size, draw),
    (
        "sindiff sample photo.jpg --out new",
        "sindiff sample runs/photo --out new --n 8",
        "sindiff sample runs/photo --out wide --size 480x1920 --seed 7",
        "sindiff sample photo.jpg --out texture --size 1024x1024 --wrap xy",
        "sindiff sample photo.jpg --out stone --normal normal.png --map height16.png",
        "sindiff sample runs/photo --out slow --sampler ddpm --steps 1000",
    ),
    options=(SIZE, *MAPS),
    size=_of_size,
    before=lambda given: [],
)
SYMMETRIC = Application(
    "symmetric",
    "Invent pictures that mirror themselves.  Copies placed side by side along a mirrored axis join without a seam.",
    lambda source, given, draw: symmetric(source, given.axes, given.size, draw),
    (
        "sindiff symmetric photo.jpg --out garden",
        "sindiff symmetric photo.jpg --out kaleidoscope --axes xy --size 1024x1024",
    ),
    options=(
        Option(
            "axes",
            "What is mirrored: left and right (x), top and bottom (y), or both.",
            "x",
            read_axes,
            shown="x|y|xy",
        ),
        SIZE,
    ),
    size=_of_size,
    before=lambda given: [],
)
TEXT = Application(
    "text",
    "Generate what each PROMPT says, as far as the photo allows.\n\nA prompt may have a weight, "
    "TEXT::0.5; below 0 it leads away.  A trained model follows much further than a photo alone.  The same seed "
    "without text is `sindiff sample`.",
    lambda source, given, draw: text_guided(source, given.scores, given.scale, given.size, draw, given.mask),
    (
        'sindiff text runs/photo "a red sunset" --out sunset --clip tiny --scale 0.06',
        'sindiff text runs/photo "snow" "night::0.5" --out winter --n 8 --scale 0.05',
        'sindiff text runs/photo "flowers" --out meadow --mask lower_half.png --clip tiny',
    ),
    ("PROMPTS",),
    (
        Option(
            "scale", "How far a step moves the picture, as a share of its length; 0 is sample, below 0 leads away "
            "from the text.", SCALE, float,
        ),
        Option(
            "clip", "A model of open_clip, NAME or NAME:TAG; tiny, which comes with sindiff and knows few words; or a "
            "folder with open_clip_config.json and safetensors.", "ViT-B-32", str, shown="NAME|tiny|FOLDER",
        ),
        Option(
            "mask", "A picture of the proportions of the canvas: the text changes what is white.", None, str,
            shown="FILE",
        ),
        INVERT,
        SIZE,
    ),
    _text,
    _of_size,
    before=lambda given: [],
    hints=_unmet,
)  # fmt: skip
SUPER_RESOLVE = Application(
    "super-resolve",
    "Enlarge PICTURE with details of the photo.  Its low frequencies stay its own.",
    lambda source, given, draw: super_resolve(source, given.picture, given.times, draw),
    (
        "sindiff super-resolve runs/photo photo.jpg --out large",
        "sindiff super-resolve photo.jpg small.jpg --out larger --times 4 --n 1",
    ),
    ("PICTURE",),
    (Option("times", "How much larger.", 2, int, 2, 16),),
    size=lambda source, given: tuple(given.times * side for side in given.picture.shape[1:]),
)
ANIMATE = Application(
    "animate",
    "Make an endless film, of new pictures or of PICTURE.  It is a walk through noise that ends where it began.",
    lambda source, given, draw: animate(source, given.amount, given.picture, given.start, given.size, draw),
    (
        "sindiff animate runs/photo --out film.webp",
        "sindiff animate photo.jpg photo.jpg --out gentle.gif --start 0.4",
        "sindiff animate runs/photo --out wide.mp4 --size 640x1920 --frames 96 --amount 0.6",
    ),
    ("[PICTURE]",),
    (
        Option("amount", "How far the walk goes: 0 stands still, 1 is the widest loop.", 0.3, float, 0, 1),
        Option(
            "start", "With PICTURE: how much noise it starts with; 1 leaves nothing of it.", 0.5, float, 0.01, 1
        ),
        SIZE._replace(help="Without PICTURE: canvas in pixels; default: the photo's."),
    ),
    size=lambda source, given: _of_size(source, given) if given.picture is None else tuple(given.picture.shape[1:]),
)  # fmt: skip
