import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Makes a folder into what a container with Node alone looks like to a program in it: node, npm, a /bin/sh, the
 * libraries of both, and two accounts. No home, no git, no bash, no keychain, no /proc, no terminal.
 */
export function furnishBareRoot(root: string): void {
  for (const folder of ['usr/bin', 'etc', 'root', 'tmp', 'dev', 'work'])
    mkdirSync(join(root, folder), { recursive: true });
  symlinkSync('usr/bin', join(root, 'bin'));
  copyProgram(process.execPath, 'node', root);
  copyProgram('/bin/sh', 'sh', root);
  // npm beside the node that it belongs to, wherever that is.
  const npm = dirname(dirname(realpathSync(join(dirname(process.execPath), 'npm'))));
  cpSync(npm, join(root, 'usr/lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx']) {
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, 'usr/bin', name));
  }
  // npm's scripts ask env for node.
  copyProgram('/usr/bin/env', 'env', root);
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  spawnSync('mknod', ['-m', '666', join(root, 'dev/null'), 'c', '1', '3'], { timeout: 10_000 });
}

function copyProgram(file: string, name: string, root: string): void {
  cpSync(realpathSync(file), join(root, 'usr/bin', name));
  const { stdout } = spawnSync('ldd', [file], { encoding: 'utf8', timeout: 20_000 });
  for (const [, library = ''] of stdout.matchAll(/(?:=> |^\s+)(\/\S+)/gm)) {
    const target = join(root, library);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(realpathSync(library), target);
  }
}
