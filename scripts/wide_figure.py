"""Draw what the paper's Fig. 7 and 13 show: pictures of 486x741 px, framed in red, and wide ones of 486x2048 from them.

Nothing is trained; the layouts are the exact patch denoiser's, at 64 px.

Example:
  python scripts/wide_figure.py --out figures/full_size/wide.jpg
"""

import argparse
from pathlib import Path

from full_size_figure import framed, in_a_row, save_below_each_other
from PIL import Image, ImageOps

from sindiff import generate
from sindiff.machine.files import home_expanded
from sindiff.model import untrained
from sindiff.pictures import find_picture, to_image, to_tensor

NAMES = ("peaks", "pagoda", "stones")
SIZE, WIDE = (486, 741), (486, 2048)  # the paper's
PAGE = 2000  # px, its width


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=home_expanded, default=Path("figures/full_size/wide.jpg"))
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    rows = []
    for name in NAMES:
        image = ImageOps.fit(Image.open(find_picture(name)[0]).convert("RGB"), SIZE[::-1], Image.LANCZOS)
        (wide,) = generate(untrained(to_tensor(image)), 1, WIDE, seed=args.seed)
        rows.append(in_a_row([framed(image, 3), to_image(wide)], PAGE))
    save_below_each_other(rows, args.out)


if __name__ == "__main__":
    main()
