"""What a file is that cannot be read as a picture, told by how it begins."""

import re
from pathlib import Path

AS_PICTURE = "save it as PNG or JPEG"
A_FRAME = "take a picture out of it, for example with ffmpeg -i FILM -frames:v 1 frame.png"
HEIC = rb".{4}ftyp(hei[cxms]|hev[cxms]|mif1|msf1)"
KINDS = {
    HEIC: f"is a HEIC picture; pip install pillow-heif, or {AS_PICTURE}",
    rb".{4}ftypavi[fs]": f"is an AVIF picture, which this Pillow does not read; pip install -U pillow, or {AS_PICTURE}",
    rb"\xff\x0a|\0\0\0\x0cJXL ": f"is a JPEG XL picture; {AS_PICTURE}",
    rb".{4}ftypcrx |FUJIFILMCCD-RAW|IIRO|IIRS": f"is a camera's raw picture; {AS_PICTURE}",
    rb".{4}ftyp|\x1aE\xdf\xa3|RIFF.{4}AVI |FLV": f"is a film (MP4 or the like); {A_FRAME}",
    rb"%PDF": f"is a PDF document; {AS_PICTURE}",
    rb"%!PS|\xc5\xd0\xd3\xc6": f"is a PostScript drawing; {AS_PICTURE}",
    rb"\xd7\xcd\xc6\x9a|\x01\0\0\0.{36} EMF": f"is a drawing for Windows (WMF or EMF); {AS_PICTURE}",
    rb"\s*<[^>]*>?.*<svg|\s*<svg": f"is an SVG drawing; {AS_PICTURE}",
    rb"(?i)\s*<(!doctype )?html": "is a web page, not a picture; download the picture itself",
    rb"gimp xcf": f"is a GIMP file; {AS_PICTURE}",
    rb"PK\x03\x04": f"is a ZIP archive, or a document of another program; {AS_PICTURE}",
    rb"version https://git-lfs": "stands for a picture that is not here yet; fetch it with git lfs pull",
}


def kind(path: Path) -> str | None:
    """What a file is, and what to do about it, where its beginning tells; else None."""
    with open(path, "rb") as file:
        beginning = file.read(1024)
    if not beginning:
        return "is an empty file"
    return next((words for start, words in KINDS.items() if re.match(start, beginning, re.DOTALL)), None)
