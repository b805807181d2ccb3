"""A notebook that has nothing wrong with it."""

import pytest

from .books import PARAMETERS, code, markdown, notebook, stamp_notebooks


@pytest.fixture
def good():
    """A notebook that has nothing wrong with it."""
    book = notebook(
        markdown("# Title\n[this file](good.ipynb), [paper](https://arxiv.org/abs/2211.12445), [below](#part)"),
        markdown("", "badge"),
        code("", 1, "bootstrap"),
        code(PARAMETERS, 2, "parameters"),
        code("lab = setup('good', preset, image, seed, out_dir, device)", 3),
        code(""),
    )
    book["cells"][4]["outputs"] = [{"output_type": "execute_result", "data": {"text/plain": ["2 from figures/00"]}}]
    stamp_notebooks.stamp(book, stamp_notebooks.stamped_cells("good.ipynb", "", "main"))
    return book
