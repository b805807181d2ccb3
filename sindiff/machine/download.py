"""Files from the web."""

from pathlib import Path

CHUNK, PATIENCE = 2**20, 30


def download(url: str, path: Path, bar=False) -> None:
    """Put what an address holds in place of a file: all of it or, with the old file gone too, nothing.

    bar: a tqdm of bytes with a total, which pooch moves.
    Raises ValueError if pooch is missing, or the server cannot be reached, refuses or stops.
    """
    try:
        import pooch
        from requests.exceptions import ChunkedEncodingError
    except ImportError:
        raise ValueError("a download takes pooch: pip install pooch") from None
    pooch.get_logger().setLevel("ERROR")
    path.unlink(missing_ok=True)
    try:
        patient = pooch.HTTPDownloader(timeout=PATIENCE, chunk_size=CHUNK, progressbar=bar)
        pooch.retrieve(url, None, path.name, path.parent, downloader=patient)
    except ChunkedEncodingError:
        raise ValueError(f"{url}: stopped before its end; run it again") from None
    except OSError as error:
        answer = getattr(error, "response", None)
        reason = "cannot be reached" if answer is None else f"the server answers {answer.status_code} {answer.reason}"
        raise ValueError(f"{url}: {reason}; run it again") from None
