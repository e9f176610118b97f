# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The measurements. Each yields rows: what, our figure, the peer's, the target and whether it was met."""

import json
import os
import re
import socket
import subprocess
import time

import agent
import peers
import sandbox
import system
import work
from table import Row

WEB = "[agent]\ninterval = 1s\n\n[cluster web]\nlisten = 127.0.0.1:{port}\nworkers = {workers}\n"


def start_web(bench, name, workers):
    port = system.free_port()
    ours = agent.Agent(bench.build, bench.folder(name), WEB.format(port=port, workers=workers))
    ours.wait_ready("web")
    return ours, port


def load(url, seconds):
    """Keep-alive load; returns how many requests were answered."""
    output = subprocess.run([system.need("wrk"), "-t1", "-c32", f"-d{seconds}s", url], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(f"{url}: {output}")
    return int(re.search(r"(\d+) requests in", output).group(1))


def cpu_per_request(pids, url, seconds):
    before = {pid: system.cpu_seconds(pid) for pid in pids}
    requests = load(url, seconds)
    return sum(system.cpu_seconds(pid) - before[pid] for pid in pids) / requests * 1e6


def requests_case(bench):
    ours, port = start_web(bench, "requests", 1)
    others = []
    try:
        others = [peers.nginx(bench.folder("nginx")), peers.node_cluster(bench.folder("node"), bench.cache)]
        servers = [("ours", [ours.pid, *ours.worker_pids()], f"http://127.0.0.1:{port}/")]
        servers += [(peer.name, peer.pids(), peer.url) for peer in others]
        found = {name: [] for name, _, _ in servers}
        for name, pids, url in servers:
            cpu_per_request(pids, url, 1)
        for _ in range(bench.runs):
            for name, pids, url in servers:
                found[name].append(cpu_per_request(pids, url, 2))
    finally:
        ours.stop()
        for peer in others:
            peer.stop()
    ours_us = system.median(found["ours"])
    for name, limit in (("nginx", 1.0), ("Node 20 cluster", 0.55)):
        peer_us = system.median(found[name])
        label = "nginx return 200" if name == "nginx" else name
        yield Row("CPU a request, one worker, keep-alive", f"{ours_us:.2f} µs", f"{label}: {peer_us:.2f} µs", ours_us / peer_us, limit, "×",
                  {"ours_us": found["ours"], "peer_us": found[name]})


def sampling_case(bench):
    output = subprocess.run([agent.find(bench.build, "bench-process-sampling"), str(bench.runs)], capture_output=True, text=True, check=True).stdout
    rounds = [json.loads(line) for line in output.splitlines()]
    ours, peer = (system.median([one[key] for one in rounds]) for key in ("ours_us", "libgtop_us"))
    yield Row("CPU, memory and state of a process", f"{ours:.2f} µs", f"libgtop, three calls: {peer:.2f} µs", ours / peer, 0.25, "×", {"rounds": rounds})


def history_growth(bench, workers):
    output = subprocess.run([agent.find(bench.build, "bench-history-fill"), str(workers)], capture_output=True, text=True, check=True).stdout
    return json.loads(output)


def cost_case(bench):
    """Four workers and one reader at 1 Hz: the agent's CPU; then its memory, and what a full history adds to it."""
    ours, _ = start_web(bench, "cost", 4)
    try:
        ours.read_events()
        time.sleep(3)
        shares = []
        for _ in range(bench.runs):
            before, start = system.cpu_seconds(ours.pid), time.monotonic()
            time.sleep(bench.window)
            shares.append((system.cpu_seconds(ours.pid) - before) / (time.monotonic() - start) * 100)
        rss = system.rss_bytes(ours.pid)
        held = ours.call("GET", "/v1/agent").get("history_bytes", 0)
    finally:
        ours.stop()
    mean = sum(shares) / len(shares)
    yield Row("agent CPU at 1 Hz, 4 workers, 1 reader", f"{mean:.2f} %", "–", mean, 1.0, "%", {"windows": shares})
    full = history_growth(bench, 4)
    limit = history_growth(bench, 2000)
    for label, growth in (("history full (4 workers, 25 h)", full), ("history at its budget (4 MiB)", limit)):
        total = (rss + growth["grown_bytes"] - min(held, growth["grown_bytes"])) / (1 << 20)
        yield Row(f"agent RSS, {label}", f"{total:.1f} MiB", f"measured {rss / (1 << 20):.1f} MiB + {growth['grown_bytes'] / (1 << 20):.1f} MiB", total, 12.0, "MiB",
                  {"rss": rss, "history_held": held, "growth": growth})


def slot_that_answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            answer = b""
            while chunk := connection.recv(4096):
                answer += chunk
    except OSError as error:
        raise RuntimeError(f"a request failed while scaling: {error}") from error
    return int(re.search(rb"web\.(\d+) ", answer).group(1))


def scale_case(bench):
    ours, port = start_web(bench, "scale", 4)
    times = []
    try:
        for _ in range(bench.runs):
            start = time.monotonic()
            ours.scale("web", 16)
            slots = set()
            while len(slots) < 16:
                slots.add(slot_that_answers(port))
                if time.monotonic() - start > 20:
                    raise RuntimeError(f"only slots {sorted(slots)} answered")
            times.append((time.monotonic() - start) * 1000)
            ours.wait_ready("web")
            ours.scale("web", 4)
            ours.wait_ready("web")
    finally:
        ours.stop()
    middle = system.median(times)
    yield Row("4 → 16 workers, PATCH to an answer of each", f"{middle:.0f} ms", "–", middle, 150.0, "ms", {"times_ms": times})


def dashboard_case(bench):
    ours, port = start_web(bench, "dashboard", 4)
    display = f":{90 + os.getpid() % 400}"
    xvfb = system.Program([system.need("Xvfb"), display, "-screen", "0", "1280x800x24", "-nolisten", "tcp"], os.path.join(bench.folder("dashboard"), "xvfb.log"))
    window = traffic = None
    shares = []
    try:
        system.wait_for(lambda: os.path.exists(f"/tmp/.X11-unix/X{display[1:]}"), "the display")
        environment = dict(os.environ, DISPLAY=display, GSK_RENDERER="cairo", GDK_BACKEND="x11", LINESHAFT_HOST=ours.socket, NO_AT_BRIDGE="1", GTK_A11Y="none",
                           GSETTINGS_BACKEND="memory", XDG_CONFIG_HOME=bench.folder("dashboard"))
        environment.setdefault("GSETTINGS_SCHEMA_DIR", os.path.join(bench.build, "data"))
        program = agent.find(bench.build, "lineshaft-dashboard")
        window = system.Program([system.need("dbus-run-session"), "--", program], os.path.join(bench.folder("dashboard"), "window.log"), env=environment)
        traffic = system.Program([agent.find(bench.build, "lineshaft-load"), "--url", f"http://127.0.0.1:{port}/", "--rate", "50", "--duration", "10min", "--quiet"],
                                 os.path.join(bench.folder("dashboard"), "load.log"))
        pid = system.wait_for(lambda: window.check() or dashboard_pid(window.pid), "the window")
        system.wait_for(lambda: is_visible(environment, pid), "a visible window", 30)
        system.wait_for(lambda: ours.call("GET", "/v1/agent")["readers"] > 0, "the window's following the agent", 30)
        time.sleep(8)
        for _ in range(bench.runs):
            before, start = system.cpu_seconds(pid), time.monotonic()
            time.sleep(bench.window)
            window.check()
            shares.append((system.cpu_seconds(pid) - before) / (time.monotonic() - start) * 100)
    finally:
        for started in (traffic, window, xvfb):
            if started is not None:
                started.stop()
        ours.stop()
    mean = sum(shares) / len(shares)
    yield Row("dashboard CPU at 1 Hz, Overview, Xvfb", f"{mean:.2f} %", "–", mean, 1.5, "%", {"windows": shares})


def is_visible(environment, pid):
    found = subprocess.run([system.need("xdotool"), "search", "--onlyvisible", "--pid", str(pid)], env=environment, capture_output=True, check=False)
    return found.stdout.strip()


def dashboard_pid(root):
    for pid in system.descendants(root):
        try:
            if "lineshaft-dashboard" in os.readlink(f"/proc/{pid}/exe"):
                return pid
        except OSError:
            pass
    return None


CASES = {
    "requests": requests_case,
    "sampling": sampling_case,
    "cost": cost_case,
    "scale": scale_case,
    "dashboard": dashboard_case,
    "jobs": work.jobs_case,
    "children": work.children_case,
    "sandbox": sandbox.sandbox_case,
}
