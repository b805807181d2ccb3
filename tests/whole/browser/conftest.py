"""A real JupyterLab in a real Chromium: notebooks are opened, run and worked with as a person does."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple

import nbformat
import psutil
import pytest
from jupyter_client import BlockingKernelClient

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # what the page does and what a test asks come one after the other: a test must not see a change half done
    "apputils-extension/kernels-settings": {"commsOverSubshells": "disabled"},
}


class Server:
    """A running JupyterLab: its address, and the folders it works in."""

    def __init__(self, folder: Path):
        self.folder, self.runtime = folder / "notebooks", folder / "runtime"
        self.token = secrets.token_hex(16)
        for path in (self.folder, self.runtime):
            path.mkdir()
        for name, settings in SETTINGS.items():
            path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(settings))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{free.getsockname()[1]}"
        env = {
            **os.environ,
            "HOME": str(folder),
            "IPYTHONDIR": str(folder / "ipython"),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_RUNTIME_DIR": str(self.runtime),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "PYTHONPATH": str(Path(__file__).parents[3]),
        }
        env.pop("SINDIFF_UI", None)
        options = [f"--ServerApp.root_dir={self.folder}", f"--IdentityProvider.token={self.token}"]
        options += [f"--port={self.address.rpartition(':')[2]}", "--ServerApp.port_retries=0", "--ip=127.0.0.1"]
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", *options]
        self.log = folder / "lab.log"
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(command, env=env, stdout=log, stderr=log, cwd=self.folder)
        self.wait()

    def wait(self, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.ask("api/status")
                return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text()[-2000:]}")

    def ask(self, path: str, body=None, method: str | None = None):
        """What the server answers: to GET, to POST if there is a body, or to another method."""
        data = None if body is None else json.dumps(body).encode()
        header = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.address}/{path}", data, header, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or "null")

    def stop(self) -> list[psutil.Process]:
        """End it; returns the processes that it left behind."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        _, left = psutil.wait_procs(family, timeout=10)
        for process in left:
            process.kill()
        return left


class Kernel(NamedTuple):
    """A running kernel, and what speaks to it beside the page."""

    id: str
    client: BlockingKernelClient


class Notebook:
    """A notebook open in the browser, all its cells run by a kernel that is there."""

    def __init__(self, server: Server, kernel: Kernel, page, name: str, cells: list[str]):
        self.page, self.server, self.name, self.client = page, server, name, kernel.client
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, server.folder / name)
        server.ask("api/sessions", {"path": name, "name": "", "type": "notebook", "kernel": {"id": kernel.id}})
        self.open()
        self.run_all(len(cells))

    def run_all(self, cells: int) -> None:
        """Run all cells from the menu, again where a page that has just been laid out missed the click."""
        begun = "len(get_ipython().history_manager.input_hist_raw)"
        before = self.ask(begun)
        for _ in range(4):
            self.page.get_by_role("menuitem", name="Run", exact=True).click()
            self.page.locator('[data-command="runmenu:run-all"]').click()
            self.page.wait_for_timeout(3000)
            if self.ask(begun) > before:
                break
        self.until(f"{begun} >= {before + cells}", 60)

    def open(self) -> None:
        """Go to the notebook's page, and wait until its kernel is ready."""
        address = f"{self.server.address}/lab/workspaces/{self.name.partition('.')[0]}/tree/{self.name}"
        self.page.goto(f"{address}?reset&token={self.server.token}")
        self.page.locator(".jp-NotebookPanel").wait_for(timeout=60_000)
        self.page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').first.wait_for(timeout=60_000)

    def ask(self, expression: str, timeout: float = 60):
        """What an expression is worth in the kernel, by way of JSON; asked anew where no answer comes."""
        value = self.do(f"import json; __json__ = json.dumps({expression})", timeout, v="__json__")["v"]
        assert value.get("status") == "ok", value
        return json.loads(eval(value["data"]["text/plain"]))

    def do(self, code: str, timeout: float = 60, **expressions: str) -> dict:
        """Run lines in the kernel and wait until they are done: what the page does next comes after them."""
        asked = {"user_expressions": expressions, "store_history": False, "output_hook": lambda _: None}
        for tries in range(3, 0, -1):
            try:
                answer = self.client.execute_interactive(code, **asked, timeout=timeout / 2)["content"]
                break
            except TimeoutError:
                if tries == 1:
                    raise
                self.client = connected(self.client.connection_file)
        assert answer["status"] == "ok", answer
        return answer["user_expressions"]

    def until(self, expression: str, seconds: float = 20):
        """Ask again and again until the answer is true."""
        end = time.monotonic() + seconds
        while not (answer := self.ask(expression)):
            assert time.monotonic() < end, f"still {answer!r} after {seconds} s: {expression}"
            time.sleep(0.05)
        return answer

    def save(self) -> None:
        self.page.locator('.jp-NotebookPanel-toolbar [data-command="docmanager:save"]').click()
        self.page.locator(".jp-mod-current.jp-mod-dirty").wait_for(state="detached")


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    pytest.importorskip("jupyterlab", reason="needs JupyterLab")
    pytest.importorskip("playwright", reason="needs playwright: pip install playwright (its browsers are not needed)")
    if CHROMIUM is None:
        pytest.skip("needs Chromium (Debian and Ubuntu: apt install chromium)")
    running = Server(tmp_path_factory.mktemp("lab"))
    yield running
    assert running.stop() == []


@pytest.fixture(scope="module")
def chromium(server):
    """One browser for a file of tests: playwright's loop must be gone before others use asyncio."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def context(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(60_000)
    yield context
    context.close()


@pytest.fixture
def page(context):
    page = context.new_page()
    yield page
    page.close()


def connected(file: str) -> BlockingKernelClient:
    """A client of the kernel of a connection file."""
    client = BlockingKernelClient(connection_file=file)
    client.load_connection_file()
    client.start_channels(hb=False)  # a kernel that is slow to start is not dead
    return client


@pytest.fixture
def kernel(server, chromium):
    """A kernel for each test: shared among tests, answers got lost."""
    name = server.ask("api/kernels", {"name": "python3"})["id"]
    client = connected(str(server.runtime / f"kernel-{name}.json"))
    client.wait_for_ready(timeout=60)
    yield Kernel(name, client)
    client.stop_channels()
    server.ask(f"api/kernels/{name}", method="DELETE")


@pytest.fixture
def open_notebook(server, kernel, page, request):
    """open_notebook(*cells, tab=page): write a notebook, open it in a tab, run it."""
    opened = []

    def start(*cells, tab=page):
        name = f"{request.node.name.partition('[')[0]}_{len(opened)}.ipynb"
        opened.append(Notebook(server, kernel, tab, name, list(cells)))
        return opened[-1]

    return start
