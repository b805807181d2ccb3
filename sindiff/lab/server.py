"""The studio as a page of its own, served by Voilà to this machine alone, and to who has the token."""

import html
import logging
import os
import secrets
import socket
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

import nbformat
from traitlets.config import Config

HERE = "127.0.0.1"
IDLE = 3600  # seconds after which a kernel whose page is gone, and which says nothing, is ended
POLICY = "; ".join(
    [
        "default-src 'self' data: blob:",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:",
        "style-src 'self' 'unsafe-inline'",
        f"connect-src 'self' data: blob: ws://{HERE}:*",
        "frame-ancestors 'none'",
    ]
)
"""What Content-Security-Policy says to the browser: nothing is fetched from anywhere else."""
REDIRECT = """<!doctype html><meta charset="utf-8"><title>sindiff studio</title>
<p><a href="{address}">Open the studio</a></p>
<script>
const dark = matchMedia("(prefers-color-scheme: dark)").matches ? "&theme=dark" : "";
location.replace(document.querySelector("a").href + dark);
</script>
"""


def free_port(port: int = 0) -> int:
    """This port of this machine, or any that is free for 0.  Raises ValueError if it cannot be had."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name != "nt")
        try:
            trial.bind((HERE, port))
        except OSError as error:
            raise ValueError(f"port {port}: {error.strerror}; give another with --port, or none") from None
        return trial.getsockname()[1]


def serve(cell: str, port: int, browser: bool, tell: Callable[[str], None]) -> None:
    """Show what a cell shows as a page, until Ctrl-C; each page that is opened runs the cell in a kernel of its own.

    tell: called with lines for who waits at the terminal, the page's address first.
    """
    token, port = secrets.token_urlsafe(24), free_port(port)
    from voila.app import Voila

    logging.getLogger("tornado").setLevel(logging.ERROR)
    os.environ.pop("SINDIFF_UI", None)
    address = f"http://{HERE}:{port}/?token={token}"
    with tempfile.TemporaryDirectory(prefix="sindiff-studio-") as folder:
        notebook = Path(folder, "studio.ipynb")
        nbformat.write(_notebook(cell), notebook)
        app = Voila(config=_config(notebook, port, token), log_level=logging.ERROR)
        app.initialize([])
        tell(f"The studio: {address}")
        tell("Ctrl-C ends it; what is made there is kept.")
        if browser:
            _open(address, Path(folder), tell)
        app.start()


def _config(notebook: Path, port: int, token: str) -> Config:
    settings = {"allow_remote_access": False, "headers": {"Content-Security-Policy": POLICY}}
    page = {"notebook_path": str(notebook), "ip": HERE, "port": port, "port_retries": 0, "token": token}
    page |= {"open_browser": False, "tornado_settings": settings}
    page["config_file_paths"] = []  # what lies about beside a photo must not change who may come in
    sections = {
        "Voila": page,
        "VoilaConfiguration": {"file_allowlist": [], "show_tracebacks": True},
        "ZMQChannelsWebsocketConnection": {"limit_rate": False},  # pictures are large
        "KernelManager": {"transport": "ipc" if sys.platform == "linux" else "tcp"},
        "MappingKernelManager": {"cull_idle_timeout": IDLE, "cull_interval": 60},
    }
    return Config({name: Config(values) for name, values in sections.items()})


def _notebook(cell: str) -> nbformat.NotebookNode:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata.title = "sindiff studio"
    return notebook


def _open(address: str, folder: Path, tell: Callable[[str], None]) -> None:
    """Open the address by way of a file that others cannot read: a command line can be seen by all on a machine."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        tell("No browser was found: open that address in one.")
        return
    page = folder / "open.html"
    page.write_text(REDIRECT.format(address=html.escape(address)), encoding="utf-8")
    threading.Thread(target=browser.open, args=[page.as_uri()], daemon=True).start()
