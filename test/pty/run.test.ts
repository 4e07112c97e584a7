import { expect, it } from 'vitest';
import { megallmBin } from '../support/megallm.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { signedInHome } from '../support/signed-in-home.ts';
import { openTerminal } from '../support/terminal.ts';

/** Counts what it is sent, and tells when it is asked. */
const counting = `let count = 0;
process.on('SIGINT', () => console.log('interrupted ' + ++count));
process.on('SIGCONT', () => console.log('going on'));
process.stdin.on('data', (text) => {
  console.log('total ' + count);
  if (String(text).startsWith('quit')) process.exit(5);
});
console.log('ready');`;

async function shell() {
  const { home, sandbox } = await signedInHome();
  home.write('counting.mjs', counting);
  const env = { ...sandbox.environment, PS1: '$ ', TERM: 'xterm-256color' };
  const terminal = openTerminal('bash', ['--norc', '--noprofile', '-i'], { home, env, cols: 200 });
  await terminal.waitFor('$');
  terminal.type(
    `'${process.execPath}' '${megallmBin}' run -- '${process.execPath}' counting.mjs; echo "rc=$?"\r`,
  );
  await terminal.waitFor('ready');
  return terminal;
}

describeWith(requirements.bash, 'run in a terminal', () => {
  it('lets Ctrl-C reach the command once, and goes on as long as the command does', async () => {
    const terminal = await shell();
    terminal.type('\x03');
    await terminal.waitFor('interrupted 1');
    terminal.type('\x03');
    await terminal.waitFor('interrupted 2');
    terminal.type('quit\r');
    await terminal.waitFor('rc=5');
    expect(terminal.lines()).toContain('total 2');
  });

  it('stops on Ctrl-Z and goes on in the foreground', async () => {
    const terminal = await shell();
    terminal.type('\x1a');
    await terminal.waitFor(/Stopped/);
    terminal.type('fg\r');
    await terminal.waitFor('going on');
    terminal.type('still there?\r');
    await terminal.waitFor('total 0');
    terminal.type('quit\r');
    await terminal.waitFor(/quit\s+total 0/);
    expect(terminal.lines().filter((line) => line === 'going on')).toHaveLength(1);
  });
});
