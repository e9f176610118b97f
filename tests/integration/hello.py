# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A WSGI application for the tests: gunicorn serves it on sockets that it is handed."""
import os


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"hello from {os.environ['LINESHAFT_ID']}\n".encode()]
