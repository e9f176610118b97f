# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dashboard as an installed Flatpak in its sandbox, beside the same files outside of it: the same program, GTK and icons, started on
the host by the runtime's own loader. Both windows show the same agent at the same time, each on a display of its own, so whatever the machine does
it does to both."""

import contextlib
import ctypes
import glob
import os
import signal
import subprocess
import sys
import time

import agent
import system
from table import Row

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WORK = os.path.join(TOP, "build", "flatpak")
PROGRAM = "lineshaft-dashboard"
OF_THE_SANDBOX = (PROGRAM, "bwrap", "xdg-dbus-proxy")
STARTS = 3
CONFIG = "[agent]\ninterval = 1s\n\n[cluster web]\nlisten = 127.0.0.1:{port}\nworkers = 4\n"


def become_subreaper(yes):
    """What speaks on the buses for a sandbox is no child of it: so it becomes one of ours, and is counted."""
    ctypes.CDLL(None).prctl(36, int(yes), 0, 0, 0)


def manifest(*arguments):
    return subprocess.run([sys.executable, os.path.join(TOP, "flatpak", "manifest.py"), *arguments], capture_output=True, text=True, check=True).stdout.strip()


def installed(environment, kind, name):
    """The files of the app or the runtime, as they lie on the host."""
    output = subprocess.run([system.need("flatpak"), "--user", "info", f"--show-{kind}", name], env=environment, capture_output=True, text=True, check=True).stdout.strip()
    return output


def files_of(environment, name):
    return os.path.join(installed(environment, "location", name), "files")


def program_of(pid):
    try:
        return os.path.basename(os.readlink(f"/proc/{pid}/exe"))
    except OSError:
        return ""


def count_cpu(root, names):
    """CPU time of those descendants that are programs of these names."""
    return sum(system.cpu_seconds(pid) for pid in system.descendants(root) if program_of(pid) in names)


class Desktop:
    """A display, a session bus and a window on it."""

    def __init__(self, folder, environment):
        self.folder = folder
        self.runtime = environment["XDG_RUNTIME_DIR"]
        read, write = os.pipe()
        self.xvfb = system.Program([system.need("Xvfb"), "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
                                   os.path.join(folder, "xvfb.log"), pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as numbers:
            self.environment = dict(environment, DISPLAY=f":{numbers.readline().strip()}")
        self.window = self.program = None

    def open(self, argv, environment=None):
        self.program = os.path.basename(os.path.realpath(argv[0]))
        self.window = system.Program([system.need("dbus-run-session"), "--", *argv], os.path.join(self.folder, "window.log"),
                                     env=dict(self.environment, **(environment or {})))

    def is_visible(self):
        self.window.check()
        found = subprocess.run([system.need("xdotool"), "search", "--onlyvisible", "--class", "ineshaft"], env=self.environment, capture_output=True, check=False)
        return found.stdout.strip()

    def close(self):
        if self.window is None:
            return
        for pid in system.descendants(self.window.pid):
            if program_of(pid) in (PROGRAM, self.program):
                os.kill(pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.window.process.wait(15)
        self.window.stop()
        # The documents portal of that session unmounts its folder when it goes.
        system.wait_for(lambda: not os.path.ismount(os.path.join(self.runtime, "doc")), "the end of the session's portals")
        self.window = None

    def stop(self):
        try:
            self.close()
        finally:
            self.xvfb.stop()


def outside(environment, folder, app_id):
    """The command and the environment that run the installed files without a sandbox."""
    app, runtime = files_of(environment, app_id), files_of(environment, installed(environment, "runtime", app_id))
    loader = glob.glob(f"{runtime}/lib/*/ld-linux-*.so.*")[0]
    libraries = os.path.dirname(loader)
    loaders = glob.glob(f"{libraries}/gdk-pixbuf-2.0/*/loaders.cache")[0]
    cache = os.path.join(folder, "loaders.cache")
    with open(loaders, encoding="utf-8") as old, open(cache, "w", encoding="utf-8") as new:
        new.write(old.read().replace('"/usr/', f'"{runtime}/'))
    argv = [loader, "--inhibit-cache", "--argv0", PROGRAM, "--library-path", f"{app}/lib:{libraries}", f"{app}/bin/{PROGRAM}"]
    return argv, {"XDG_DATA_DIRS": f"{app}/share:{runtime}/share", "GSETTINGS_SCHEMA_DIR": f"{app}/share/glib-2.0/schemas",
                  "GDK_PIXBUF_MODULE_FILE": cache, "GIO_MODULE_DIR": "/nonexistent", "XKB_CONFIG_ROOT": f"{runtime}/share/X11/xkb"}


def sandbox_case(bench):
    print("  building the Flatpak, which takes some minutes the first time …", file=sys.stderr, flush=True)
    subprocess.run([os.path.join(TOP, "build-aux", "flatpak.sh"), "install"], stdout=sys.stderr, check=True)
    app_id = manifest("get", "id")
    folder = bench.folder("sandbox")
    environment = dict(os.environ, FLATPAK_USER_DIR=os.path.join(WORK, "user"), FLATPAK_SYSTEM_DIR=os.path.join(WORK, "system"),
                       FLATPAK_CONFIG_DIR=os.path.join(WORK, "etc"), XDG_RUNTIME_DIR=folder, HOME=folder, XDG_CONFIG_HOME=folder, XDG_CACHE_HOME=folder,
                       GSK_RENDERER="cairo", GDK_BACKEND="x11", NO_AT_BRIDGE="1", GTK_A11Y="none", GSETTINGS_BACKEND="memory", GTK_USE_PORTAL="0")
    for name in ("DBUS_SESSION_BUS_ADDRESS", "WAYLAND_DISPLAY", "GSETTINGS_SCHEMA_DIR", "LINESHAFT_HOST"):
        environment.pop(name, None)
    os.chmod(folder, 0o700)
    port = system.free_port()
    address = os.path.join(folder, "app", app_id, "agent.sock")
    os.makedirs(os.path.dirname(address))
    with contextlib.ExitStack() as stack:
        become_subreaper(True)
        stack.callback(become_subreaper, False)
        ours = agent.Agent(bench.build, folder, CONFIG.format(port=port), address)
        stack.callback(ours.stop)
        ours.wait_ready("web")
        # The runtime folder of a session is also where its portals mount, so each has its own; the agent's folder is shared.
        inner, outer = Desktop(bench.folder("inside"), environment), Desktop(bench.folder("outside"), dict(environment, XDG_RUNTIME_DIR=bench.folder("outside")))
        stack.callback(inner.stop)
        stack.callback(outer.stop)
        in_sandbox = [system.need("flatpak"), "--user", "run", app_id]

        def open_inside():
            readers, start = ours.call("GET", "/v1/agent")["readers"], time.monotonic()
            inner.open(in_sandbox)
            system.wait_for(inner.is_visible, "a window of the sandbox", 30)
            system.wait_for(lambda: ours.call("GET", "/v1/agent")["readers"] > readers, "its following the agent", 30)
            return (time.monotonic() - start) * 1000

        starts = [open_inside()]
        for _ in range(STARTS - 1):
            inner.close()
            system.wait_for(lambda: ours.call("GET", "/v1/agent")["readers"] == 0, "the agent's being left alone", 30)
            starts.append(open_inside())
        argv, more = outside(environment, bench.folder("outside"), app_id)
        outer.open(argv, dict(more, LINESHAFT_HOST=address))
        system.wait_for(outer.is_visible, "a window outside of the sandbox", 30)
        system.wait_for(lambda: ours.call("GET", "/v1/agent")["readers"] == 2, "both windows' following the agent", 30)
        load = system.Program([agent.find(bench.build, "lineshaft-load"), "--url", f"http://127.0.0.1:{port}/", "--rate", "50", "--duration", "10min", "--quiet"],
                              os.path.join(folder, "load.log"))
        stack.callback(load.stop)
        time.sleep(8)
        shares = {"inside": [], "outside": []}
        counters = {"inside": lambda: count_cpu(os.getpid(), OF_THE_SANDBOX),
                    "outside": lambda: count_cpu(outer.window.pid, (outer.program,))}
        for _ in range(bench.runs):
            before, start = {name: count() for name, count in counters.items()}, time.monotonic()
            time.sleep(bench.window)
            inner.window.check()
            outer.window.check()
            for name, count in counters.items():
                shares[name].append((count() - before[name]) / (time.monotonic() - start) * 100)
    start = system.median(starts)
    yield Row("flatpak run to a window that follows the agent", f"{start:.0f} ms", "a new session each", start, 3000.0, "ms", {"starts_ms": starts})
    inside_share, outside_share = (sum(shares[name]) / bench.runs for name in ("inside", "outside"))
    yield Row("dashboard CPU in its sandbox, 1 Hz, Overview", f"{inside_share:.2f} %", f"the same files outside: {outside_share:.2f} %",
              inside_share / outside_share, 1.1, "×", shares)
