/**
 * Loaded into megallm by NODE_OPTIONS: lets a change to the file system go wrong, always at the same place, so that a
 * test can go through all of them. DISTURB is `kill:N` (the process is gone before the Nth change), `half:N` (and if that
 * is a write, half of it is on the disk) or the code of an error and N (`ENOSPC:N`: the Nth change fails).
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [how = '', when] = (process.env.DISTURB ?? '').split(':');
let changes = 0;

const changing = /** @type {const} */ ([
  'fchmodSync',
  'fchownSync',
  'fsyncSync',
  'mkdirSync',
  'renameSync',
  'rmdirSync',
  'symlinkSync',
  'unlinkSync',
  'writeFileSync',
]);

for (const name of changing) {
  const real = /** @type {(...args: any[]) => any} */ (fs[name]);
  const disturbed = (/** @type {any[]} */ ...args) => {
    changes += 1;
    if (changes === Number(when)) disturb(name, real, args);
    return real(...args);
  };
  Object.assign(fs, { [name]: disturbed });
}
syncBuiltinESMExports();

/**
 * @param {string} name
 * @param {(...args: any[]) => any} real
 * @param {any[]} args
 */
function disturb(name, real, args) {
  if (how === 'half' && name === 'writeFileSync') real(args[0], args[1].slice(0, args[1].length / 2));
  if (how === 'kill' || how === 'half') {
    process.kill(process.pid, 'SIGKILL');
    for (;;);
  }
  throw Object.assign(new Error(`${how}: ${name}`), { code: how });
}
