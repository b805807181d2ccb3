"""The studio's memory over as much use as eight hours have: an action every half minute, without the pauses.

A seeded hand opens photos, chooses tasks and runs their examples, stops runs, takes back, looks at older results and
works on them.  After each hour's 120 actions: the resident memory, and its share of what it was after the first hour,
in which all that is loaded once was loaded.

Example:
  python benchmarks/studio_hours.py --json benchmarks/results/studio_hours.json
"""

import io
import random
import tempfile
from pathlib import Path

import bench
import psutil
import torch

from sindiff.lab import setup
from sindiff.lab.studio import Studio
from sindiff.lab.tasks import TASKS
from sindiff.pictures.bundled import bundled_pictures, find_picture
from sindiff.pictures.images import load_picture, resize, to_image

HOURS, ACTIONS = 8, 120
SIZE = (144, 192)


def content(photo: torch.Tensor) -> bytes:
    file = io.BytesIO()
    to_image(photo).save(file, format="png")
    return file.getvalue()


def act(studio: Studio, hand: random.Random, photos: dict[str, bytes]) -> None:
    """One thing that a person does, and wait until it is done."""
    what = hand.choice(("run", "run", "run", "stop", "open", "photo", "look", "work on", "take back", "take back"))
    if what in ("run", "stop"):
        studio.tasks.value = hand.choice([name for name in TASKS if name != "Follow words"])
        studio.seed.value = hand.randrange(2**31)
        studio.many.value = hand.choice((1, 2))
        (studio.example if studio.task.example else studio.run)()
        if what == "stop":
            studio.stop()
    elif what == "open":
        name = hand.choice([*photos])
        studio.sketch.upload = {"name": name, "content": photos[name], "count": hand.random()}
    elif what == "photo":
        studio.names.value = hand.choice(studio.names.options)
    elif what == "look" and studio.album.results:
        studio.album.choose(hand.randrange(len(studio.album.results)))
    elif what == "work on":
        studio.continue_with_result()
    elif what == "take back":
        studio.sketch.undo()
    studio.runner.wait()


def main() -> None:
    args = bench.arguments(__doc__, seed=0).parse_args()
    table = bench.Table(args, {"seed": args.seed, "actions_an_hour": ACTIONS, "size": list(SIZE), "steps": 4})
    hand, folder = random.Random(args.seed), Path(tempfile.mkdtemp())
    photos = {f"{name}.png": content(resize(load_picture(find_picture(name)[0]), *SIZE)) for name in bundled_pictures()}
    (folder / "mine.png").write_bytes(next(iter(photos.values())))
    studio = Studio(setup("13_studio", "laptop", folder / "mine.png", out_dir=folder / "out"), background=True)
    studio.steps.value, first = 4, None
    for hour in range(1, HOURS + 1):
        for _ in range(ACTIONS):
            act(studio, hand, photos)
        held = psutil.Process().memory_info().rss / 2**20
        first = first or held
        table.add({"hour": hour, "results": len(studio.album.results), "mb": held, "of_the_first_hour": held / first})
    table.end()


if __name__ == "__main__":
    main()
