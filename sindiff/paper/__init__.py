"""The paper's experiments as data, and the tables that they end in."""

from sindiff.paper.levels import table_4
from sindiff.paper.measured import measured
from sindiff.paper.protocol import TABLES, Protocol, Row, at_laptop, in_detail

__all__ = [
    "TABLES",
    "Protocol",
    "Row",
    "at_laptop",
    "in_detail",
    "measured",
    "table_4",
]
