"""`sindiff studio photo.png` as a page of its own: who is kept out, what is fetched, and that it ends."""

import http.client
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def served(server, picture_file, tmp_path):
    """The command at work: its process, and the page's address."""
    arguments = [str(picture_file), "--out", str(tmp_path / "kept"), "--no-browser", "--preset", "smoke"]
    folders = {"HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path / "ipython"), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "sindiff", "studio", *arguments],
        env={**os.environ, **folders},
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process, process.stdout.readline().split()[-1]
    process.kill()
    process.wait()


def answer(address, path, **headers):
    """The status, and where the browser is sent."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.request("GET", path, headers=headers)
    answered = connection.getresponse()
    connection.close()
    return answered.status, answered.getheader("Location", "").partition("?")[0]


def test_a_page_for_this_machine_alone(served, page):
    process, address = served
    query = f"/?{urlsplit(address).query}"
    port = urlsplit(address).port
    for path in ("/", "/?token=guess"):
        assert answer(address, path) == (302, "/login")
    assert answer(address, query, Host="evil.example")[0] == 403
    channels = "/api/kernels/00000000-0000-0000-0000-000000000000/channels"
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "a" * 24}
    assert answer(address, channels, **upgrade, **{"Sec-WebSocket-Version": "13"})[0] == 403
    assert answer(address, "/voila/files/studio.png")[0] == 403
    assert psutil.Process(process.pid).children() == []  # nobody has got as far as a kernel
    assert {each.laddr for each in psutil.Process(process.pid).net_connections() if each.status == "LISTEN"} == {
        ("127.0.0.1", port)
    }

    hosts = set()
    page.on("response", lambda response: hosts.add(urlsplit(response.url).hostname))
    page.goto(address)
    page.locator(".sindiff-draw[data-ready]").wait_for()
    page.wait_for_function("() => document.querySelectorAll('.sindiff-strip button').length === 4")
    page.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_function("() => document.querySelectorAll('.sindiff-strip button').length === 5")
    assert hosts <= {"127.0.0.1", "", None}
    kernels = psutil.Process(process.pid).children()
    assert len(kernels) == 1
    process.send_signal(signal.SIGINT)
    assert process.wait(120) == 0
    assert psutil.wait_procs(kernels, timeout=60)[1] == []
