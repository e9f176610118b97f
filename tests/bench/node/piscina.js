// SPDX-FileCopyrightText: The Lineshaft authors
// SPDX-License-Identifier: GPL-3.0-or-later
// piscina.js THREADS JOBS LIMIT ROUNDS: the same small jobs in Node's best known pool of worker threads. One JSON line a round.
const { isMainThread } = require('worker_threads');

// Odd numbers only, as our own job counts them.
function primes (limit) {
  const composite = new Uint8Array((limit >> 1) + 1);
  let count = limit >= 2 ? 1 : 0;
  for (let i = 3; i <= limit; i += 2) {
    if (composite[i >> 1]) continue;
    count++;
    for (let j = i * i; j <= limit; j += 2 * i) composite[j >> 1] = 1;
  }
  return count;
}

async function main () {
  const { Piscina } = require('piscina');
  const [threads, jobs, limit, rounds] = process.argv.slice(2).map(Number);
  const pool = new Piscina({ filename: __filename, minThreads: threads, maxThreads: threads });
  for (let round = -1; round < rounds; round++) {
    const start = process.hrtime.bigint();
    const counts = await Promise.all(Array.from({ length: round < 0 ? 500 : jobs }, () => pool.run(limit)));
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    if (round >= 0) console.log(JSON.stringify({ per_second: jobs / seconds, count: counts[0] }));
  }
  await pool.destroy();
}

module.exports = primes;
if (isMainThread && require.main === module) main();
