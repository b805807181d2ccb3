"""The paper's experiments as data, and the tables that they end in."""

from sindiff.paper.levels import table_4
from sindiff.paper.measured import measured
from sindiff.paper.protocol import TABLES

__all__ = ["TABLES", "measured", "table_4"]
