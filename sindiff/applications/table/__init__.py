"""Every application in one table: the command line, the studio and the README's list are made from it."""

from sindiff.applications.table.known import INPAINT, OUTPAINT, ROI
from sindiff.applications.table.new import ANIMATE, SAMPLE, SUPER_RESOLVE, SYMMETRIC, TEXT
from sindiff.applications.table.reference import EDIT, HARMONIZE, PAINT, RETARGET, STYLE, TRANSLATE
from sindiff.applications.table.row import Application, Given, Option
from sindiff.applications.table.tiles import TILE

ROWS = (
    SAMPLE, SYMMETRIC, TEXT, OUTPAINT, INPAINT, TILE, PAINT, TRANSLATE, RETARGET, STYLE, EDIT, HARMONIZE, ROI,
    SUPER_RESOLVE, ANIMATE,
)  # fmt: skip
APPLICATIONS = {row.name: row for row in ROWS}

__all__ = ["APPLICATIONS", "Application", "Given", "Option"]
