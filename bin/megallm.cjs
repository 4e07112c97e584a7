#!/usr/bin/env node
'use strict';
// CommonJS, and nothing loaded before it is needed: --version takes no longer than starting Node does.
const asked = process.argv[2];
if (asked === '--version' || asked === '-V' || asked === '-v') {
  require('node:fs').writeSync(1, `${require('../package.json').version}\n`);
} else if (Number(process.versions.node.split('.')[0]) < 20) {
  process.stderr.write(`megallm needs Node 20 or newer; this is ${process.version}.\n`);
  process.exitCode = 1;
} else {
  require('../dist/main.cjs');
}
