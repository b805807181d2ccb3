"""Train the small models that come with sindiff, into data/models/NAME: weights, configuration and photo only.

Example:
  python scripts/data/train_models.py balloons stones peaks --preset laptop
"""

import argparse
import tempfile
from pathlib import Path

from tqdm import tqdm

from sindiff.checkpoint import load_model, save_model
from sindiff.pictures.bundled import data_folder, find_picture
from sindiff.pictures.images import load_picture
from sindiff.training.presets import get_preset
from sindiff.training.runs import Upkeep, train_in

NAMES = ("balloons", "peaks", "stones")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=NAMES, help="bundled pictures (default: %(default)s)")
    parser.add_argument("--preset", default="laptop")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    preset = get_preset(args.preset)
    for name in args.names:
        path, about = find_picture(name)
        photo = load_picture(path)
        with tempfile.TemporaryDirectory() as run:
            steps = train_in(run, photo, preset, args.seed, about=about, upkeep=Upkeep(previews=0))
            for _ in tqdm(steps, total=preset.train.steps, desc=name, unit="step"):
                pass
            save_model(data_folder() / "models" / name, load_model(run))
        print(Path("data", "models", name))


if __name__ == "__main__":
    main()
