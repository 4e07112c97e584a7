import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { commandTable } from '../../src/command-table.ts';
import { signedInHome } from '../support/signed-in-home.ts';

const folder = new URL('../../src/schema/v1/', import.meta.url);
const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
for (const name of names) ajv.addSchema(JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')));

/** What is wrong with a document; the empty list when nothing is. */
function problems(name: string, document: unknown): string[] {
  const validate = ajv.getSchema(`${name}.json`);
  if (validate === undefined) throw new Error(`There is no schema ${name}.`);
  return validate(document)
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

const nameOf = (command: string) => command.replace(' --', '-').replace(' ', '-');

/** By the commands' own words: these two print a document on a dry run alone, since stdout is the other program's. */
const formOf = (usage: string) => {
  const words = usage.replace(/ [[<].*/, '');
  return words === 'run' || words === 'launch' ? `${words} --dry-run` : words;
};

const runs: readonly (readonly [command: string, args: readonly string[]])[] = [
  ['login', ['login', '--with-key', '--insecure-storage']],
  ['start', []],
  ['whoami', ['whoami']],
  ['env write', ['env', 'write', '--to', 'dotenv', '--sdk', 'openai']],
  ['setup', ['setup', '--yes']],
  ['status', ['status']],
  ['why', ['why']],
  ['doctor', ['doctor']],
  ['key print', ['key', 'print']],
  ['keys create', ['keys', 'create', '--name', 'ci', '--print']],
  ['keys list', ['keys', 'list']],
  ['keys revoke', ['keys', 'revoke', 'ci', '--yes']],
  ['env print', ['env', 'print', '--sdk', 'anthropic']],
  ['run --dry-run', ['run', '--dry-run', '--', 'true']],
  ['profile list', ['profile', 'list']],
  ['orgs', ['orgs']],
  ['models', ['models']],
  ['examples', ['examples']],
  ['completion', ['completion', 'zsh']],
  ['complete', ['complete', '--', 'keys', '']],
  ['undo --list', ['undo', '--list']],
  ['undo', ['undo']],
  ['login', ['login', '--with-key', '--insecure-storage', '--profile', 'work']],
  ['profile use', ['profile', 'use', 'work']],
  ['profile use', ['profile', 'use', 'default']],
  ['profile rm', ['profile', 'rm', 'work', '--yes', '--keep-key']],
  ['link', ['link', 'codex']],
  ['why', ['why', 'codex']],
  ['launch --dry-run', ['launch', '--dry-run', 'codex']],
  ['unlink', ['unlink', 'codex']],
  ['env remove', ['env', 'remove']],
  ['keys rotate', ['keys', 'rotate', '--yes']],
  ['switch-org', ['switch-org', 'org_globex', '--yes']],
  ['logout', ['logout', '--keep-key']],
  ['uninstall', ['uninstall', '--yes']],
];

it('describes what the commands print, and what they print when they fail', async () => {
  const { home, key, run } = await signedInHome();
  home.write('bin/codex', '#!/bin/sh\necho codex-cli 1.2.3\n', 0o755);
  const env = { PATH: `${join(home.path, 'bin')}:/usr/bin:/bin` };
  for (const [command, args] of runs) {
    const { stdout, exitCode } = await run(['--json', ...args], { stdin: key, env });
    expect(exitCode, `${command}: ${stdout}`).toBe(0);
    const document = JSON.parse(stdout);
    expect(problems(nameOf(command), document), command).toEqual([]);
    // It says something: a document without its members is none.
    expect(problems(nameOf(command), {}), command).not.toEqual([]);
    expect(problems('error', document), command).not.toEqual([]);
  }
  const described = names.filter((name) => name !== 'shared' && name !== 'error');
  expect([...new Set(runs.map(([command]) => nameOf(command)))].sort()).toEqual(described.sort());
  for (const args of [['whoami'], ['env', 'write'], ['nonsense'], ['run', '--', 'no-such-command']]) {
    const [first = '', ...rest] = args;
    const { stdout, exitCode } = await run(['--json', first, ...rest]);
    expect(exitCode).not.toBe(0);
    expect(problems('error', JSON.parse(stdout)), args.join(' ')).toEqual([]);
  }
});

it('has a schema for every command', () => {
  const missing = commandTable.filter(({ usage }) => !names.includes(nameOf(formOf(usage))));
  expect(missing.map(({ usage }) => usage)).toEqual([]);
});
