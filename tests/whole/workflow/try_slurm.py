"""The workflow on a real Slurm: one node, this machine, with two devices that pass for GPUs.

Starts munge, slurmctld and slurmd and ends them; their settings lie in /etc/slurm meanwhile.  A job is cancelled while
it trains: the run must name it and fail, the others finish, and a second run must finish it without doing anything
twice.  Needs root, and on Debian: apt install slurm-wlm munge.  Run by `make test-slurm`.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SNAKEMAKE = ROOT / ".venv-workflow" / "bin" / "snakemake"
PICTURES = ("balloons", "peaks")
CONFIG = {
    "preset": "smoke",
    "threads": 1,
    "samples": 2,
    "steps": 150,
    "save_every": 0.2,
    "methods": "[sindiff,gpnn]",
    "seeds": "[0]",
    "pictures": f"[{','.join(PICTURES)}]",
    "python": sys.executable,
}
SETTINGS = (Path("/etc/slurm/slurm.conf"), Path("/etc/slurm/gres.conf"))
SLURM_CONF = """
ClusterName=one
SlurmctldHost={host}
SlurmUser=root
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SlurmctldPort=36817
SlurmdPort=36818
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
ReturnToService=1
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MinJobAge=300
GresTypes=gpu
{node} Gres=gpu:2 State=UNKNOWN
PartitionName=debug Nodes=ALL Default=YES State=UP MaxTime=60
"""


def main():
    if missing := [tool for tool in ("munged", "slurmctld", "slurmd", "sbatch") if not shutil.which(tool)]:
        sys.exit(f"{', '.join(missing)} missing: apt install slurm-wlm munge")
    if taken := [str(file) for file in SETTINGS if file.exists()]:
        sys.exit(f"{', '.join(taken)} exists: this machine has a Slurm of its own")
    with tempfile.TemporaryDirectory(prefix="slurm-") as name:
        folder, daemons = Path(name), []
        try:
            start_slurm(folder, daemons)
            try_workflow(folder / "run")
        except BaseException:
            for log in ("slurmctld.log", "slurmd.log"):
                print(f"--- {log}", (folder / log).read_text()[-3000:] if (folder / log).exists() else "none")
            raise
        finally:
            for daemon in reversed(daemons):
                daemon.terminate()
                daemon.wait()
            for file in SETTINGS:
                file.unlink(missing_ok=True)
    print("Slurm: all as it should be")


def start_slurm(folder, daemons):
    """Three daemons in the foreground, each a child of this process."""
    folder.chmod(0o755)
    for name in ("state", "spool"):
        (folder / name).mkdir()
    (folder / "munge.key").write_bytes(os.urandom(64))
    (folder / "munge.key").chmod(0o600)
    node = next(part for part in said("slurmd", "-C").splitlines() if part.startswith("NodeName="))
    settings = SLURM_CONF.format(folder=folder, host=socket.gethostname().split(".")[0], node=node)
    for file, content in zip(SETTINGS, (settings, "Name=gpu File=/dev/tty[0-1]\n"), strict=True):
        file.parent.mkdir(exist_ok=True)
        file.write_text(content)
    places = [f"--{kind}-file={folder}/munge.{kind}" for kind in ("key", "pid", "log", "seed")]
    for daemon in (
        ["munged", "--foreground", "--force", f"--socket={folder}/munge.socket", *places],
        ["slurmctld", "-D", "-c"],
        ["slurmd", "-D"],
    ):
        daemons.append(subprocess.Popen(daemon, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        time.sleep(1)
    wait_for(lambda: "idle" in said("sinfo", "-h", "-o", "%T"), 60, "the node to be idle")
    print(said("sinfo", "-o", "%N %c %G %T").strip(), said("sinfo", "--version").strip(), sep="\n", flush=True)


def try_workflow(folder):
    folder.mkdir()
    process = subprocess.Popen(command(folder), start_new_session=True)
    try:
        log = folder / "models" / "smoke" / "balloons-0" / "metrics.jsonl"

        def trains():
            return log.exists() and log.read_text().count("\n") > 30

        wait_for(lambda: trains() or process.poll() is not None, 300, "a training")
        assert trains(), "the run ended before its training began"
        job = next(
            line for line in said("squeue", "-h", "-o", "%i %k").splitlines() if "balloons" in line and "train" in line
        )
        print(f"Cancelling {job}", flush=True)
        subprocess.run(["scancel", job.split()[0]], check=True)
        code = process.wait(timeout=500)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert code != 0, "a cancelled job must fail the run"
    report = (folder / "report.md").read_text()
    assert "Missing: 1 cells, of balloons" in report, report
    assert not (log.parent / "model.safetensors").exists()
    assert (log.parent / "train_state.pt").exists()
    begun = log.read_text().splitlines()
    before = measured(folder)
    assert len(before) == 3, before
    assert subprocess.run(command(folder), check=False).returncode == 0, "a second run must finish"
    assert before.items() <= measured(folder).items(), "finished jobs were done again"
    table = json.loads((folder / "tables" / "table1.json").read_text())
    assert [row["missing"] for row in table["rows"]] == [[], []]
    lines = log.read_text().splitlines()
    assert len(lines) == CONFIG["steps"], "the training is not whole"
    assert lines[:15] == begun[:15], "the training began anew"
    print(f"Cancelled after {len(begun)} steps; the second run went on from there and did nothing twice", flush=True)


def command(folder):
    where = ("--snakefile", ROOT / "workflow" / "Snakefile", "--directory", folder)
    how = ("--profile", ROOT / "workflow" / "profiles" / "slurm", "--jobs", 4, "--retries", 0, "--latency-wait", 10)
    small = ("--default-resources", "runtime=20", "mem_mb=1000", "--slurm-init-seconds-before-status-checks", 5)
    return [*map(str, (SNAKEMAKE, *where, *how, *small)), "--config", *(f"{k}={v}" for k, v in CONFIG.items())]


def measured(folder):
    return {file.name + str(file.parent): file.stat().st_mtime_ns for file in folder.glob("measures/*/*/*.json")}


def said(*arguments):
    return subprocess.run(arguments, capture_output=True, text=True, check=False).stdout


def wait_for(true, seconds, what):
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds} s for {what}")
        time.sleep(0.2)


if __name__ == "__main__":
    main()
