"""The stack's servers, one by one: stopped, frozen, killed, started again."""
import os
import signal
import subprocess
from pathlib import Path

from harness import ROOT, wait_for

STACK = Path(os.environ.get("SLUICE_STACK_DIR", ROOT / "build" / "stack"))


class Server:
    """One of `ops/stack`'s servers."""

    name = ""

    def pid(self):
        return int((STACK / f"{self.name}.pid").read_text().split()[0])

    def signal(self, number):
        os.kill(self.pid(), number)

    def freeze(self):
        self.signal(signal.SIGSTOP)

    def thaw(self):
        self.signal(signal.SIGCONT)

    def kill(self):
        pid = self.pid()
        self.signal(signal.SIGKILL)
        wait_for(f"{self.name} to be dead", 20, lambda: not Path(f"/proc/{pid}").exists())

    def stack(self, verb):
        done = subprocess.run([str(ROOT / "ops" / "stack"), verb, self.name], capture_output=True,
                              text=True, env=self.env(), timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def env(self):
        """`ops/stack` remembers ports and addresses itself; only its folder is told."""
        keep = {key: value for key, value in os.environ.items() if not key.startswith("SLUICE_")}
        return keep | {"SLUICE_STACK_DIR": str(STACK)}

    def stop(self):
        self.stack("down")

    def start(self):
        self.stack("up")


class Redis(Server):
    name = "redis"


class Kafka(Server):
    name = "kafka"


class Postgres(Server):
    name = "postgres"
