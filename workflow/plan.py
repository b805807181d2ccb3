"""What a table needs: its rows, pictures and seeds, from the protocol and the configuration.  Needs no package."""

import importlib.util
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
TABLES = {"table1": 1, "table3": 3, "table4": 4}
SUFFIXES = (".png", ".jpg", ".jpeg")
OURS = {"sindiff": "sample", "detail": "detail"}  # methods that sample our model, by the kind of that job
QUICK = ("detail", "patches", "gpnn", "posterior")  # methods of Table 1 that take minutes on a CPU


def alone(name: str) -> Any:
    """A file of sindiff, such as "paper/tables", without the package around it."""
    spec = importlib.util.spec_from_file_location(Path(name).name, ROOT / "sindiff" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


known = alone("paper/protocol")


class Cell(NamedTuple):
    """One training (or fitting) on one picture with one seed, and its samples."""

    method: str
    preset: str
    picture: str
    seed: int

    @property
    def name(self) -> str:
        return f"{self.method}/{self.preset}/{self.picture}-{self.seed}"


@dataclass(frozen=True)
class Plan:
    """tables: name -> Protocol, with the configuration's choices.  pictures: name -> file."""

    tables: dict[str, Any]
    pictures: dict[str, Path]

    def cells_of(self, table: str) -> list[Cell]:
        """Of every row of a table, picture by picture."""
        protocol = self.tables[table]
        rows = dict.fromkeys((row.method, row.preset) for row in protocol.rows)
        return [Cell(*row, picture, seed) for picture in self.pictures for row in rows for seed in protocol.seeds]

    @property
    def cells(self) -> list[Cell]:
        """Of all tables, each once: tables share their trainings."""
        return list(dict.fromkeys(cell for table in self.tables for cell in self.cells_of(table)))

    @property
    def work(self) -> dict[str, set[str]]:
        """The jobs of an empty folder, by kind; kinds that take long have method and preset in the name."""
        work: dict[str, set[str]] = {}
        for cell in self.cells:
            own = f"{cell.preset}/{cell.picture}-{cell.seed}"
            kind = OURS.get(cell.method) or ("patches" if cell.method == "patches" else f"baseline/{cell.method}")
            jobs = [f"{kind}/{own}", *([f"train/{own}"] if cell.method in OURS else [])]
            for job in jobs:
                work.setdefault(job.rpartition("/")[0], set()).add(job)
            work.setdefault("measure", set()).add(f"measure/{cell.name}")
        return work

    @property
    def jobs(self) -> Counter[str]:
        """How many jobs of each kind there are."""
        return Counter({kind: len(jobs) for kind, jobs in self.work.items()})


def planned(config: dict[str, Any]) -> Plan:
    """The plan that a configuration (config.yaml) asks for.  Raises ValueError, saying what to change."""
    table, preset = config["table"], config["preset"]
    if table not in (*TABLES, "all"):
        raise ValueError(f"unknown table {table!r}: choose from {', '.join(TABLES)}, all")
    if preset not in ("smoke", "laptop", "paper"):
        raise ValueError(f"unknown preset {preset!r}: choose from smoke, laptop, paper")
    if table == "table4" and preset != "paper":
        raise ValueError("table4 needs preset paper; small networks of other fields are in notebook 03")
    names = [table] if table != "all" else [name for name in TABLES if preset == "paper" or name != "table4"]
    tables = {name: _protocol(name, preset, config) for name in names}
    if unknown := {*config["methods"]} - {row.method for protocol in tables.values() for row in protocol.rows}:
        raise ValueError(f"{table} has no method {min(map(str, unknown))!r}")
    tables = {name: protocol for name, protocol in tables.items() if protocol.rows}
    names = config["pictures"] or (known.PLACES50 if preset == "paper" else known.PICTURES)
    files = [_picture(str(name), config) for name in names]
    if len(dict(files)) < len(files):
        raise ValueError("two pictures have the same name: rename one")
    return Plan(tables, dict(files))


def _protocol(table: str, preset: str, config: dict[str, Any]) -> Any:
    """A table's protocol at a preset, with the configuration's methods, seeds and samples."""
    protocol = known.TABLES[TABLES[table]]
    methods = config["methods"] or {row.method for row in protocol.rows}
    if preset != "paper" and table == "table1":
        protocol, methods = known.in_detail(protocol), config["methods"] or QUICK
    elif preset != "paper":
        protocol = known.at_laptop(protocol)
    rows = [row for row in protocol.rows if row.method in methods and row.method]
    if preset == "smoke":
        rows = [row._replace(preset="smoke") for row in rows]
    seeds, samples = tuple(config["seeds"]) or protocol.seeds, config["samples"] or protocol.samples
    return replace(protocol, rows=tuple(rows), seeds=seeds, samples=samples)


def places50(config: dict[str, Any]) -> Path:
    """The folder of the 50 pictures."""
    return Path(config["places50"]).expanduser().resolve() if config["places50"] else ROOT / "runs" / "places50"


def _picture(name: str, config: dict[str, Any]) -> tuple[str, Path]:
    bundled = ROOT / "data" / f"{name}.jpg"
    if bundled.is_file():
        return name, bundled
    if name in known.PLACES50:
        return Path(name).stem, places50(config) / name
    path = Path(name).expanduser()
    if path.suffix.lower() not in SUFFIXES:
        raise ValueError(f"{name}: no bundled picture, and no PNG or JPEG file")
    return path.stem, path if path.is_absolute() else ROOT / path
