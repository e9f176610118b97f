// SPDX-FileCopyrightText: The Lineshaft authors
// SPDX-License-Identifier: GPL-3.0-or-later
// spawn.js AT_ONCE CHILDREN ROUNDS PROGRAM: children by child_process.spawn, so many at a time. One JSON line a round.
const { spawn } = require('child_process');

const [atOnce, children, rounds] = process.argv.slice(2, 5).map(Number);
const program = process.argv[5];

function round () {
  return new Promise((resolve, reject) => {
    let begun = 0;
    let ended = 0;
    const more = () => {
      begun++;
      spawn(program, { stdio: ['ignore', 'pipe', 'pipe'] }).on('error', reject).on('close', (code) => {
        if (code !== 0) reject(new Error(`${program} exited with ${code}`));
        if (++ended === children) resolve();
        else if (begun < children) more();
      });
    };
    for (let i = 0; i < atOnce; i++) more();
  });
}

(async () => {
  for (let i = 0; i < rounds; i++) {
    const start = process.hrtime.bigint();
    await round();
    console.log(JSON.stringify({ per_second: children / (Number(process.hrtime.bigint() - start) / 1e9) }));
  }
})();
