"""The page of the paper's items names all of them and leads somewhere."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "figures" / "README.md"


@pytest.mark.parametrize(("kind", "last"), [("Fig.", 17), ("Table", 4), ("Eq.", 9)])
def test_every_item_has_a_row(kind, last):
    rows = [
        line.split("|")[1] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {kind}")
    ]
    numbers = [int(n) for row in rows for n in re.findall(r"\d+", row.split(",")[0])]
    assert sorted(numbers) == list(range(1, last + 1))


def test_links_lead_to_files():
    links = re.findall(r"\]\(([^)]+)\)", PAGE.read_text(encoding="utf-8"))
    assert len(links) > 40
    assert [link for link in links if not (PAGE.parent / link).is_file()] == []
