# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many small jobs and how many children a second, from the API to their end, beside bare loops and Node's ways."""

import json
import os
import subprocess
import time

import agent
import peers
import system
from table import Row

# A job of some 2.6 µs: what is measured is what a pool adds to it. How it is with shorter and longer ones is in the README.
JOBS = 40000
LIMIT = 10000
BATCH = 1000
PISCINA = "piscina@5.1.4"

CHILDREN = 2000
TASKS_A_REQUEST = 100
AT_ONCE = 8


def rounds(argv):
    """The programs that the peers are print one line a round."""
    output = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in output.splitlines()]


def rates(argv):
    return [line["per_second"] for line in rounds(argv)]


def piscina(bench):
    node = peers.node_20(bench.cache)
    modules = os.path.join(bench.cache, "node_modules")
    if not os.path.exists(os.path.join(modules, "piscina")):
        os.makedirs(bench.cache, exist_ok=True)
        subprocess.run([system.need("npm"), "install", "--silent", "--no-audit", "--no-fund", "--prefix", bench.cache, PISCINA], check=False)
    if not os.path.exists(os.path.join(modules, "piscina")):
        raise system.Missing(f"{PISCINA} could not be had from the npm registry")
    return ["env", f"NODE_PATH={modules}", node, os.path.join(os.path.dirname(__file__), "node", "piscina.js")]


def our_jobs(sender, body):
    """One round: batches over one connection; jobs a second, to the end of the last one. Who asks for that all the time would be measured as well."""
    def done():
        return sender.send("GET", "/v1/pools/compute")["status"]["totals"]["done"]

    before = done()
    start = time.monotonic()
    for _ in range(JOBS // BATCH):
        sender.send("POST", "/v1/pools/compute/jobs", body)
    while (ended := done() - before) < JOBS:
        if time.monotonic() - start > 60:
            raise RuntimeError(f"only {ended} of {JOBS} jobs were done in a minute")
        time.sleep(0.005)
    return JOBS / (time.monotonic() - start)


def jobs_case(bench):
    threads = os.cpu_count()
    ours = agent.Agent(bench.build, bench.folder("jobs"), f"[pool compute]\nthreads = {threads}\nqueue-max = {JOBS}\n")
    sender = agent.Sender(ours.socket)
    body = json.dumps({"name": "primes", "args_list": [[str(LIMIT)]] * BATCH})
    others = {"GLib thread pool, in process": [agent.find(bench.build, "bench-thread-pool")], "Node's piscina 5": piscina(bench)}
    found = {name: [] for name in ("ours", *others)}
    alone = min(line["alone_us"] for line in rounds(others["GLib thread pool, in process"] + [str(threads), str(JOBS), str(LIMIT), "3"]))
    try:
        system.wait_for(lambda: ours.call("GET", "/v1/pools/compute")["status"]["state"] == "ready", "the pool", 30)
        our_jobs(sender, body)
        for _ in range(bench.runs):
            found["ours"].append(our_jobs(sender, body))
            for name, argv in others.items():
                found[name] += rates(argv + [str(threads), str(JOBS), str(LIMIT), "1"])
    finally:
        sender.close()
        ours.stop()
    yield from beside(found, f"jobs a second, of {alone:.1f} µs each", (("GLib thread pool, in process", 0.5), ("Node's piscina 5", 5)))


def our_children(ours, sender, body):
    """One round: CHILDREN tasks, AT_ONCE of them at a time as the agent is told; each has pipes, kept output, an exit status, and is contained. The end is
    that of the last one, as the agent says it: who asks too often is measured himself."""
    start = time.time()
    for _ in range(CHILDREN // TASKS_A_REQUEST):
        sender.send("POST", "/v1/tasks", body)
    while any(ours.call("GET", f"/v1/tasks?state={state}&limit=1")["items"] for state in ("waiting", "running")):
        if time.time() - start > 60:
            raise RuntimeError("not all children ended in a minute")
        time.sleep(0.1)
    last = max(task["status"]["ended_at"] for task in ours.call("GET", "/v1/tasks")["items"])
    return CHILDREN / (last / 1000 - start)


def children_case(bench):
    """Of a child that ends at once all is the start. One of /bin/true spends most of its time in the loader of the C library, whoever started it."""
    yield from children_of(bench, "children that end at once, a second", agent.find(bench.build, "bench-nothing"), 0.6, 3)
    yield from children_of(bench, "children that run /bin/true, a second", "/bin/true", 0.6, None)


def children_of(bench, what, program, of_loop, of_node):
    ours = agent.Agent(bench.build, bench.folder("children"), f"[agent]\ntasks-max = {AT_ONCE}\n")
    sender = agent.Sender(ours.socket)
    body = json.dumps({"items": [{"spec": {"argv": [program]}}] * TASKS_A_REQUEST})
    shared = [str(AT_ONCE), str(CHILDREN), "1", program]
    others = {"bare posix_spawn loop": [agent.find(bench.build, "bench-spawn-loop"), *shared],
              "Node's child_process.spawn": [peers.node_20(bench.cache), os.path.join(os.path.dirname(__file__), "node", "spawn.js"), *shared]}
    found = {name: [] for name in ("ours", *others)}
    try:
        our_children(ours, sender, body)
        for _ in range(bench.runs):
            found["ours"].append(our_children(ours, sender, body))
            for name, argv in others.items():
                found[name] += rates(argv)
        failed = ours.call("GET", "/v1/tasks?state=failed&limit=1")["items"]
        if failed:
            raise RuntimeError(f"a child failed: {failed[0]['status']['reason']}")
    finally:
        sender.close()
        ours.stop()
    yield from beside(found, what, (("bare posix_spawn loop", of_loop), ("Node's child_process.spawn", of_node)))


def beside(found, what, limits):
    mine = system.median(found["ours"])
    for name, limit in limits:
        peer = system.median(found[name])
        yield Row(what, f"{mine:,.0f}/s", f"{name}: {peer:,.0f}/s", mine / peer, limit, "×", {"ours": found["ours"], "peer": found[name]}, at_least=True)
