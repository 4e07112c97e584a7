'use strict';
// Preloaded into a program that is measured: tells, as it ends, how much memory it has had at most, as the system counts.
process.on('exit', () => require('node:fs').writeSync(3, `${process.resourceUsage().maxRSS}\n`));
