import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { megallm } from '../support/megallm.ts';
import { type Outcome, runProgram } from '../support/program.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { signedInHome } from '../support/signed-in-home.ts';

const name = 'MEGALLM_API_KEY';

/** How a new shell of each kind is started, and the file in which megallm's block stands. */
const shells = [
  {
    shell: 'bash',
    starts: [['-lc'], ['-ic'], ['-c', '. ~/.bashrc; ']],
    file: '.bashrc',
    // Debian's: the rest is for interactive shells alone.
    guarded: 'case $- in\n    *i*) ;;\n      *) return;;\nesac\nalias x=y\n',
  },
  { shell: 'zsh', starts: [['-ic']], file: '.zshrc', guarded: '[[ -o interactive ]] || return\nalias x=y\n' },
  {
    shell: 'fish',
    starts: [['-c'], ['-ic'], ['-lc']],
    file: '.config/fish/conf.d/megallm.fish',
    guarded: 'status is-interactive; or return\nalias x y\n',
  },
] as const;

describe.each(shells)('$shell', ({ shell, starts, file, guarded }) => {
  describeWith(requirements[shell], 'a new one', () => {
    const seenBy = async (home: { path: string }, env: Record<string, string> = {}) =>
      Promise.all(
        starts.map(async ([kind, before = '']) => {
          const script = `${before}printf '<%s>' "$${name}"`;
          return (await runProgram(shell, [kind, script], { home, env })).stdout;
        }),
      );
    const eachSees = (value: string) => starts.map(() => `<${value}>`);
    const write = ['env', 'write', '--to', shell];

    it('sees the key, whatever the file and the home are; doctor says so; it is gone again afterwards', async () => {
      const { home: outer, key, sandbox } = await signedInHome();
      const home = { path: join(outer.path, `it's "my" $HOME; été #1`) };
      cpSync(join(outer.path, '.megallm'), join(home.path, '.megallm'), { recursive: true });
      outer.write(`${home.path.slice(outer.path.length + 1)}/${file}`, guarded);
      // In the C locale fish finds no file in a folder of such a name.
      const env = { LANG: 'C.UTF-8' };
      const run = (args: readonly string[]) =>
        megallm(args, { home, env: { ...sandbox.environment, ...env } });
      const before = outer.snapshot();

      expect(await run(write)).toMatchObject({
        exitCode: 0,
        stderr: expect.stringContaining(`exec ${shell}`),
      });
      expect(await seenBy(home, env)).toEqual(eachSees(key));
      expect(await placeIn(await run(['doctor', '--json']), shell)).toMatchObject({
        status: 'pass',
        detail: expect.stringMatching(`^a new ${shell} .* sees this key`),
      });
      expect(await run(['env', 'remove'])).toMatchObject({ exitCode: 0 });
      expect(await seenBy(home, env)).toEqual(eachSees(''));
      const after = outer.snapshot();
      for (const [path, entry] of before)
        if (!path.includes('.megallm')) expect(after.get(path)).toEqual(entry);
    });

    it('sees the key with --inline, which leaves no other file', async () => {
      const { home, key, run } = await signedInHome();
      home.write(file, guarded);
      expect(await run([...write, '--inline'])).toMatchObject({ exitCode: 0 });
      expect(await seenBy(home)).toEqual(eachSees(key));
      expect([...home.snapshot().keys()].filter((path) => /env\.\w+$/.test(path))).toEqual([]);
      expect(await run(['env', 'remove'])).toMatchObject({ exitCode: 0 });
      expect(home.read(file).toString()).toBe(guarded);
    });

    it('that gets another key is found by doctor, which leaves no traces', async () => {
      const { home, run } = await signedInHome();
      await run(write);
      const other = { bash: '.bashrc', zsh: '.zshrc', fish: '.config/fish/config.fish' }[shell];
      const own = existsSync(join(home.path, other)) ? home.read(other).toString() : '';
      const setter = shell === 'fish' ? `eval set -gx ${name} other` : `eval export ${name}=other`;
      home.write(other, `${own}${setter}\n`);
      expect(await placeIn(await run(['doctor', '--json']), shell)).toMatchObject({
        status: 'fail',
        detail: expect.stringContaining(`gets another ${name}`),
      });
      expect([...home.snapshot().keys()]).not.toContain('.local');
    });
  });
});

describeWith([requirements.zsh, requirements.fish], 'a folder of their own', () => {
  it.each([
    ['zsh', 'ZDOTDIR', '.zshrc', ['-ic']],
    ['fish', 'XDG_CONFIG_HOME', 'fish/conf.d/megallm.fish', ['-c']],
  ] as const)(
    'of %s (%s) is used, and found again without the variable',
    async (shell, variable, file, start) => {
      const { home, key, run } = await signedInHome();
      home.write('my own/kept', '');
      const before = home.snapshot();
      const env = { [variable]: join(home.path, 'my own') };
      expect(await run(['env', 'write', '--to', shell], { env })).toMatchObject({ exitCode: 0 });
      expect(home.read(`my own/${file}`).toString()).toContain('>>> megallm >>>');
      const { stdout } = await runProgram(shell, [...start, `printf %s "$${name}"`], { home, env });
      expect(stdout).toBe(key);
      expect(await placeIn(await run(['doctor', '--json']), shell)).toMatchObject({ status: 'pass' });
      expect(await run(['env', 'remove'])).toMatchObject({ exitCode: 0 });
      expect([...home.snapshot()].filter(([path]) => path.startsWith('my own'))).toEqual(
        [...before].filter(([path]) => path.startsWith('my own')),
      );
    },
  );
});

describeWith(requirements.fish, 'what sets the key in fish already', () => {
  const ask = async (home: { path: string }) =>
    (await runProgram('fish', ['-c', `printf %s "$${name}"`], { home })).stdout;

  it.each(['config.fish', 'conf.d/z.fish'])('in %s, which is read later, goes on a yes', async (file) => {
    const { home, key, run } = await signedInHome();
    const path = `.config/fish/${file}`;
    home.write(path, `# mine\nset -gx ${name} mine\n`);
    const write = ['env', 'write', '--to', 'fish'];
    expect(await run(write)).toMatchObject({ exitCode: 7, stderr: expect.stringContaining(`${path}:2`) });
    expect(await run([...write, '--yes'])).toMatchObject({ exitCode: 0 });
    expect(home.read(path).toString()).toBe('# mine\n');
    expect(await ask(home)).toBe(key);
    expect(await run(['undo'])).toMatchObject({ exitCode: 0 });
    expect(await ask(home)).toBe('mine');
  });

  it('in a file that is read earlier, and for all sessions, gives way, and doctor knows of it', async () => {
    const { home, key, run } = await signedInHome();
    home.write('.config/fish/conf.d/a.fish', `set -gx ${name} earlier\n`);
    await runProgram('fish', ['-c', `set -Ux ${name} 'old:é'`], { home });
    const { checks } = JSON.parse((await run(['doctor', '--json'])).stdout);
    expect(checks).toContainEqual(
      expect.objectContaining({
        id: 'new-shells',
        status: 'fail',
        place: expect.stringContaining('a.fish:1'),
      }),
    );
    expect(await run(['env', 'write', '--to', 'fish'])).toMatchObject({ exitCode: 0 });
    expect(await ask(home)).toBe(key);
    expect(await placeIn(await run(['doctor', '--json']), 'fish')).toMatchObject({ status: 'pass' });
  });
});

/** What doctor says of the place. */
function placeIn({ stdout }: Outcome, backend: string): unknown {
  const { checks } = JSON.parse(stdout) as { checks: { id: string }[] };
  return checks.find(({ id }) => id.startsWith(`location:${backend}:`));
}

describeWith(requirements.bash, 'a login bash', () => {
  it.each([
    '[[ $- == *i* ]] && . ~/.bashrc\n',
    'if [ -n "$PS1" ]; then . ~/.bashrc; fi\n',
    'case $- in *i*) ;; *) return ;; esac\n. ~/.bashrc\n',
    'if [ -t 0 ]; then . ~/.bashrc; fi\n',
  ])('sees the key where %j reads .bashrc for a person alone', async (text) => {
    const { home, key, run } = await signedInHome();
    home.write('.bash_profile', text);
    home.write('.bashrc', 'x=1\n');
    await run(['env', 'write', '--to', 'bash']);
    const login = () => runProgram('bash', ['-lc', `printf %s "$${name}"`], { home });
    expect((await login()).stdout).toBe(key);
    await run(['env', 'remove']);
    expect(home.read('.bash_profile').toString()).toBe(text);
    expect(home.read('.bashrc').toString()).toBe('x=1\n');
  });

  it('an assignment whose name goes on in the next line counts', async () => {
    const { home, key, run } = await signedInHome();
    home.write('.bashrc', 'x=1\nexport MEGALLM_\\\nAPI_KEY=mine\n');
    expect(await run(['env', 'write', '--to', 'bash'])).toMatchObject({ exitCode: 7 });
    expect(await run(['env', 'write', '--to', 'bash', '--yes'])).toMatchObject({ exitCode: 0 });
    const seen = await runProgram('bash', ['-ic', `printf %s "$${name}"`], { home });
    expect(seen.stdout).toBe(key);
  });
});
