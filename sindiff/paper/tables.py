"""The paper's tables with our numbers: one form as data, and how it looks as Markdown and as HTML.

A table is {"table", "preset", "seeds", "samples", "rows"}; each of its rows has the paper's values ("printed"), our
means over all runs and for each picture, what is "missing", and how the runs were made.  What was not measured is None,
and a dash.  Needs no package, for the workflow reads this file in an environment without sindiff.
"""

from collections.abc import Iterator, Sequence
from html import escape
from statistics import fmean
from typing import Any

Record = dict[str, Any]

PATCHWISE = [f"{name}{scale}" for name in ("swd", "incoherence", "missing", "copied") for scale in ("", "_2", "_4")]
"""Measures of patches, of pictures as they are and at a half and a quarter of their size."""


def mean(records: Sequence[Record], name: str, digits: int = 6) -> float | None:
    """None if it was not measured of every record."""
    values = [record[name] for record in records]
    return None if not values or None in values else round(fmean(values), digits)


def row_of(row: Any, records: Sequence[Record], measures: Sequence[str], digits: int = 6) -> Record:
    """A row of a table: what the protocol says of it (its name, method, preset and printed values), and means.

    records: of its runs, each with its picture and measures.
    """
    pictures = dict.fromkeys(record["picture"] for record in records)
    by_picture = {name: [record for record in records if record["picture"] == name] for name in pictures}
    return {
        "name": row.name,
        "method": row.method,
        "preset": row.preset,
        "printed": {"sifid": row.sifid, "lpips": row.lpips},
        "means": {name: mean(records, name, digits) for name in measures},
        "pictures": {
            picture: {name: mean(own, name, digits) for name in measures} for picture, own in by_picture.items()
        },
    }


def number(value: float | None, off: float | None = None) -> str:
    """For a reader, with what it may be off."""
    if value is None:
        return "–"
    return f"{value:.3f}" + ("" if off is None else f" ± {off:.3f}")


def grid(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Markdown, with names on the left and numbers on the right."""
    rules = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, rules, *lines])


def beside(table: Record, off: str | None = None) -> list[list[str]]:
    """A column for each row: its name, pictures, our means where any row has one, and the paper's SIFID and LPIPS.

    off: what the means may be off, by its key.
    """
    rows = table["rows"]
    names = [name for name in rows[0]["means"] if any(row["means"][name] is not None for row in rows)]
    return [
        ["", *(row["name"] for row in rows)],
        ["pictures", *(str(len(row["pictures"])) for row in rows)],
        *([name, *(number(row["means"][name], row[off][name] if off else None) for row in rows)] for name in names),
        *([f"{name}, the paper's", *(number(row["printed"][name]) for row in rows)] for name in ("sifid", "lpips")),
    ]


def reproduced(table: Record) -> str:
    """What `make reproduce` came to, as Markdown: our means, with intervals over pictures, and the paper's values."""
    seeds = ", ".join(map(str, table["seeds"]))
    caption = f"{table['table']}, preset {table['preset']}, {table['samples']} samples a picture, seeds {seeds}"
    head, *lines = beside(table, "over_pictures")
    several = any(len(row["pictures"]) > 1 for row in table["rows"])
    return f"{caption}{' (± the 95 % t-interval over pictures)' if several else ''}\n\n{grid(head, lines)}"


def printed_first(table: Record) -> str:
    """What the benchmarks measured, as Markdown: the paper's values, then ours with their intervals and runs."""
    rows = table["rows"]
    printed = [name for name in rows[0]["printed"] if any(row["printed"][name] is not None for row in rows)]
    head = ["", *(f"{name}, the paper's" for name in printed), *(f"{name}, ours" for name in rows[0]["means"]), "runs"]
    lines = [
        [
            row["name"],
            *(number(row["printed"][name]) for name in printed),
            *(number(row["means"][name], row["intervals"][name]) for name in row["means"]),
            str(row["runs"]),
        ]
        for row in rows
    ]
    makers = dict.fromkeys(maker for row in rows for maker in row["made_by"])
    notes = [f"Ours: preset {table['preset']}, {table['samples']} samples, {maker}." for maker in makers]
    notes = notes or ["Ours: not measured."]
    if missing := [name for row in rows for name in row["missing"]]:
        notes.append(f"Missing: {'; '.join(missing)}.")
    return "\n\n".join([f"# {table['table'].replace('table', 'Table ')}", grid(head, lines), *notes])


def html(table: Record) -> Iterator[str]:
    """Our means beside the paper's values, without what nobody measured, and how they were made."""
    rows = table["rows"]
    (_, *names), *lines = beside(table)
    yield f"<table><tr><th></th>{''.join(f'<th>{escape(name)}</th>' for name in names)}</tr>"
    for cells in lines:
        yield f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
    yield "</table>"
    makers = sorted({maker for row in rows for maker in row["made_by"]})
    text = f"Ours: preset {table['preset']}, {table['samples']} samples a picture, seeds {table['seeds']}"
    yield f'<p class="from">{escape("; ".join([text, *makers]))}</p>'
    if missing := [name for row in rows for name in row["missing"]]:
        yield f'<p class="missing">Missing: {escape(", ".join(missing))}</p>'
