// SPDX-FileCopyrightText: The Lineshaft authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A Node child for the tests: it knows nothing of Lineshaft, only what child_process.fork() gives.
process.on('message', message => {
  if (message.end)
    process.exit(0);
  process.send({ echo: message });
});
process.send({ ready: process.pid });
