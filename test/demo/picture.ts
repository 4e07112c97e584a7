/** `npm run picture`: draws README's picture of the wizard, from a run of it in a real terminal. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSandbox } from '../sandbox/service.ts';
import { type StyledText, startInTerminal, type TerminalSession } from '../support/terminal-session.ts';

const [lineHeight, columnWidth, margin] = [20, 8.4, 24];
const colours: Readonly<Record<number, string>> = { 1: '#f38ba8', 2: '#a6e3a1', 3: '#f9e2af', 6: '#89dceb' };
const columns = 88;
const root = fileURLToPath(new URL('../..', import.meta.url));
const target = join(root, '.github', 'wizard.svg');
const home = realpathSync(mkdtempSync(join(tmpdir(), 'megallm-picture-')));
const sandbox = await startSandbox();
try {
  const { key } = sandbox.issueKey();
  const session = openWizard();
  try {
    await answer(session, key);
    mkdirSync(join(root, '.github'), { recursive: true });
    writeFileSync(target, draw(session.styledLines()));
  } finally {
    session.end();
  }
} finally {
  await sandbox.close();
  rmSync(home, { recursive: true });
}

/** With the tools as a user has them: only their versions are looked at. */
function openWizard() {
  mkdirSync(join(home, 'bin'));
  for (const [tool, version] of [
    ['claude', '2.1.330'],
    ['codex', '0.169.0'],
  ])
    writeFileSync(join(home, 'bin', `${tool}`), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
  writeFileSync(join(home, '.bashrc'), '# a .bashrc of your own\n');
  return startInTerminal(process.execPath, [join(root, 'bin/megallm.cjs'), 'setup', '--insecure-storage'], {
    home: { path: home },
    cols: columns,
    rows: 60,
    env: {
      ...sandbox.environment,
      PATH: `${join(home, 'bin')}:${process.env.PATH}`,
      LANG: 'C.UTF-8',
      SHELL: '/bin/bash',
    },
  });
}

async function answer(session: TerminalSession, key: string): Promise<void> {
  await session.waitFor('Where does your key come from?');
  session.type('\x1b[B\r');
  await session.waitFor('Paste your MegaLLM key');
  session.type(`${key}\r`);
  await session.waitFor('What should use it?');
  session.type('\r');
  await session.waitFor('Apply these changes?');
  session.type('\r');
  const { exitCode } = await session.exit(60_000);
  if (exitCode !== 0) throw new Error(`The wizard ended with ${exitCode}:\n${session.lines().join('\n')}`);
}

function draw(lines: readonly (readonly StyledText[])[]): string {
  const width = margin * 2 + columns * columnWidth;
  const height = margin * 2 + lines.length * lineHeight;
  const rows = lines.map((line, index) => drawLine(line, margin + (index + 0.75) * lineHeight));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="The wizard of megallm in a terminal">
<rect width="100%" height="100%" rx="10" fill="#1e1e2e"/>
<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14" fill="#cdd6f4">
${rows.filter(Boolean).join('\n')}
</g>
</svg>
`;
}

function drawLine(line: readonly StyledText[], y: number): string {
  let column = 0;
  const parts = line.map(({ text, colour, bold, dim }) => {
    const x = margin + column * columnWidth;
    column += text.length;
    if (text.trim() === '') return '';
    const shown = text.trimEnd();
    const look = [
      colour === undefined ? '' : ` fill="${colours[colour] ?? '#cdd6f4'}"`,
      bold ? ' font-weight="bold"' : '',
      dim ? ' opacity="0.6"' : '',
    ].join('');
    return `<tspan x="${x}" textLength="${shown.length * columnWidth}"${look}>${escapeXml(shown)}</tspan>`;
  });
  const drawn = parts.join('');
  return drawn && `<text y="${y}">${drawn}</text>`;
}

/** Spaces in a row would be drawn as one. */
function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`).replaceAll(' ', '\u00a0');
}
