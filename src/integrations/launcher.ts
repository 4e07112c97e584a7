import { win32 } from 'node:path';
import { quoteForPosixShell } from '../credentials/backends/quoting.ts';
import type { Machine } from '../system/machine.ts';

export interface Launched {
  readonly version: string;
  /** The Node that runs now: it is tried first. */
  readonly node: string;
  /** The copy's script. */
  readonly script: string;
}

/** Where version managers and installers keep Node, as patterns of a POSIX shell. */
const places = [
  '/opt/homebrew/bin/node',
  '/usr/local/bin/node',
  '/usr/bin/node',
  '/home/linuxbrew/.linuxbrew/bin/node',
  '"$HOME"/.volta/bin/node',
  '"$HOME"/.nvm/versions/node/*/bin/node',
  '"$HOME"/.local/share/fnm/node-versions/*/installation/bin/node',
  '"$HOME/Library/Application Support"/fnm/node-versions/*/installation/bin/node',
  '"$HOME"/.asdf/installs/nodejs/*/bin/node',
  '"$HOME"/.local/share/mise/installs/node/*/bin/node',
  '/snap/bin/node',
];

/** A program that starts the copy without a PATH or any other variable. */
export function launcherText(
  launched: Launched,
  { home, platform }: Pick<Machine, 'home' | 'platform'>,
): string {
  return platform === 'win32' ? batchFile(launched) : shellScript(launched, home);
}

/** The version that a launcher starts; `undefined` for what is none. */
export function launchedVersion(text: string): string | undefined {
  return /Written by megallm (\d+\.\d+\.\d+\S*);/.exec(text)?.[1];
}

function shellScript({ version, node, script }: Launched, home: string): string {
  return `#!/bin/sh
# Written by megallm ${version}; AI coding tools ask it for the key. megallm uninstall removes it.
node=${quoteForPosixShell(node)}
script=${quoteForPosixShell(script)}
[ -n "$HOME" ] || HOME=${quoteForPosixShell(home)}
export HOME
if [ ! -f "$script" ]; then
  echo "megallm is gone from $script: npx megallm@latest link TOOL puts it back." >&2
  exit 127
fi
[ -x "$node" ] && exec "$node" "$script" "$@"
for other in ${places.join(' \\\n  ')} \\
  "$(command -v node)"
do
  [ -x "$other" ] || continue
  "$other" -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' </dev/null >/dev/null 2>&1 &&
    exec "$other" "$script" "$@"
done
echo "megallm finds no Node 20 or newer: not $node, nor where installers and version managers put it, nor in PATH." >&2
echo "Install Node (https://nodejs.org), or run with a Node that is there: npx megallm@latest link TOOL" >&2
exit 127
`;
}

/** The script is named by its place beside this file: cmd.exe reads batch files in a code page of its own. */
function batchFile({ version, node, script }: Launched): string {
  const lines = [
    '@echo off',
    `rem Written by megallm ${version}; AI coding tools ask it for the key. megallm uninstall removes it.`,
    'setlocal',
    `set "script=%~dp0..\\lib\\${version}\\bin\\${win32.basename(script)}"`,
    'if not exist "%script%" goto gone',
    ...[
      node.replaceAll('%', '%%'),
      '%ProgramFiles%\\nodejs\\node.exe',
      '%NVM_SYMLINK%\\node.exe',
      '%LOCALAPPDATA%\\Volta\\bin\\node.exe',
      '%ProgramFiles%\\Volta\\node.exe',
    ].flatMap((path) => [`set "node=${path}"`, 'if exist "%node%" goto run']),
    'set "node="',
    'for %%N in (node.exe) do set "node=%%~$PATH:N"',
    'if defined node goto run',
    'echo megallm finds no Node: neither where installers put it nor in PATH. Install it from https://nodejs.org. 1>&2',
    'exit /b 127',
    ':gone',
    'echo megallm is gone from "%script%": npx megallm@latest link TOOL puts it back. 1>&2',
    'exit /b 127',
    ':run',
    '"%node%" "%script%" %*',
    'exit /b %errorlevel%',
  ];
  return `${lines.join('\r\n')}\r\n`;
}
