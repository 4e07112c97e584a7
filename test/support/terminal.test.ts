import { expect, test } from 'vitest';
import { describeWith, requirements } from './requirements.ts';
import { temporaryHome } from './temporary-home.ts';
import { openTerminal } from './terminal.ts';

describeWith(requirements.bash, 'a terminal', () => {
  const bash = (script: string, options: { cols?: number; rows?: number } = {}) =>
    openTerminal('bash', ['-c', script], { home: temporaryHome(), ...options });

  test('is a terminal, of the size that was asked for, for a program that is typed into', async () => {
    const terminal = bash(
      '[ -t 0 ] && [ -t 2 ] && stty size && read -rp "Name: " name && echo "Hello $name"; exit 3',
      {
        cols: 60,
        rows: 10,
      },
    );
    await terminal.waitFor('Name: ');
    terminal.type('Ada\r');
    await terminal.waitFor(/Hello Ada$/m);
    expect(await terminal.exit()).toEqual({ exitCode: 3, signal: undefined });
    expect(terminal.screen()).toEqual(['10 60', 'Name: Ada', 'Hello Ada']);
  });

  test('answers a program that asks where the cursor is', async () => {
    const terminal = bash(
      String.raw`printf 'abc\e[6n'; IFS= read -rsd R answer; echo; echo "at $${'{'}answer#*[}"`,
    );
    await terminal.waitFor('at 1;4');
    expect((await terminal.exit()).exitCode).toBe(0);
  });

  test('shows what was printed just before the end, and keeps what has scrolled away', async () => {
    const terminal = bash('seq 5000; echo last', { rows: 5 });
    await terminal.exit();
    expect(terminal.screen()).toEqual(['4998', '4999', '5000', 'last']);
    expect(terminal.lines().slice(0, 2)).toEqual(['1', '2']);
    expect(terminal.lines()).toHaveLength(5001);
  });

  test('joins what it has wrapped, for whoever waits and in lines', async () => {
    const terminal = bash('echo https://example.com/a-long-address', { cols: 20 });
    await terminal.waitFor('https://example.com/a-long-address');
    expect(terminal.screen()).toEqual(['https://example.com/', 'a-long-address']);
    expect(terminal.lines()).toEqual(['https://example.com/a-long-address']);
  });

  test('Ctrl-C reaches the program', async () => {
    const terminal = bash('trap "echo caught; exit 130" INT; echo ready; sleep 30 & wait');
    await terminal.waitFor('ready');
    terminal.type('\x03');
    await terminal.waitFor('caught');
    expect((await terminal.exit()).exitCode).toBe(130);
  });

  test('what never appears fails with the screen, at once when the program has ended', async () => {
    await expect(bash('echo hello; sleep 30').waitFor('goodbye', 300)).rejects.toThrow(
      /not shown within 300 ms.*hello/s,
    );
    await expect(bash('echo hello').waitFor('goodbye')).rejects.toThrow(
      /ended without showing goodbye.*hello/s,
    );
    await expect(bash('sleep 30').exit(300)).rejects.toThrow('did not end within 300 ms');
  });

  test('nothing of the environment of the tests gets in', async () => {
    const terminal = bash('env | cut -d= -f1 | sort | xargs');
    await terminal.exit();
    expect(terminal.screen()).toEqual(['HOME MEGALLM_NO_UPDATE_NOTICE PATH PWD SHLVL TERM _']);
  });
});
