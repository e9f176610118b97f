# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An agent of our own for one measurement: private folders, a private socket, ports that were free."""

import http.client
import json
import os
import socket
import subprocess

import system


def find(build, name):
    """A program in the build tree, wherever its folder is."""
    for folder, folders, files in os.walk(build):
        if folder == build:
            folders[:] = [inner for inner in folders if inner not in ("flatpak", "roots")]  # of the same names, for other systems
        if name in files and os.access(os.path.join(folder, name), os.X_OK):
            return os.path.join(folder, name)
    raise system.Missing(f"{name} is not built")


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(self.path)


class Sender:
    """Requests one after the other over one connection, the body made before."""

    def __init__(self, path):
        self.connection = UnixConnection(path)

    def send(self, method, path, body=None):
        self.connection.request(method, path, body, {"Content-Type": "application/json"} if body is not None else {})
        response = self.connection.getresponse()
        text = response.read()
        if response.status >= 400:
            raise RuntimeError(f"{method} {path}: {response.status} {text[:200]!r}")
        return json.loads(text)

    def close(self):
        self.connection.close()


class Agent:
    def __init__(self, build, folder, config, address=None):
        os.makedirs(folder, exist_ok=True)
        self.socket = address or os.path.join(folder, "agent.sock")
        self.folder = folder
        path = os.path.join(folder, "lineshaft.conf")
        with open(path, "w") as file:
            file.write(config)
        programs = [os.path.dirname(find(build, name)) for name in ("lineshaft-agent", "lineshaft-worker", "lineshaft-pool")]
        environment = dict(os.environ, XDG_RUNTIME_DIR=folder, XDG_STATE_HOME=folder, XDG_CONFIG_HOME=folder,
                           LINESHAFT_LIBEXEC_DIR=":".join(programs))
        self.program = system.Program([find(build, "lineshaft-agent"), "--config", path, "--socket", self.socket],
                                      os.path.join(folder, "agent.log"), env=environment)
        self.pid = self.program.pid
        self.readers = []
        system.wait_for(self.is_up, "the agent's answer")

    def is_up(self):
        self.program.check()
        try:
            return self.call("GET", "/v1/agent")
        except OSError:
            return None

    def call(self, method, path, body=None):
        connection = UnixConnection(self.socket)
        try:
            headers = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        if response.status >= 400:
            raise RuntimeError(f"{method} {path}: {response.status} {text[:200]!r}")
        return json.loads(text) if text else {}

    def ready(self, cluster):
        status = self.call("GET", f"/v1/clusters/{cluster}")["status"]
        return status["state"] == "ready" and status["ready"] == status["wanted"] and status["draining"] == 0

    def wait_ready(self, cluster):
        system.wait_for(lambda: self.ready(cluster), f"cluster {cluster} ready", 30)

    def scale(self, cluster, workers):
        self.call("PATCH", f"/v1/clusters/{cluster}", {"workers": {"min": workers, "max": workers}})

    def worker_pids(self):
        return [worker["pid"] for worker in self.call("GET", "/v1/workers")["items"] if worker["pid"]]

    def read_events(self):
        """A reader of the event stream, as the dashboard is one."""
        self.readers.append(subprocess.Popen([system.need("curl"), "-sN", "--unix-socket", self.socket, "http://localhost/v1/events"],
                                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL))

    def stop(self):
        for reader in self.readers:
            reader.terminate()
            reader.wait()
        self.program.stop()
