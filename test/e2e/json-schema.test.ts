import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
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

const runs: readonly (readonly [command: string, args: readonly string[]])[] = [
  ['login', ['login', '--with-key', '--insecure-storage']],
  ['whoami', ['whoami']],
  ['env write', ['env', 'write', '--to', 'dotenv', '--sdk', 'openai']],
  ['status', ['status']],
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
  ['undo --list', ['undo', '--list']],
  ['undo', ['undo']],
  ['env remove', ['env', 'remove']],
  ['keys rotate', ['keys', 'rotate', '--yes']],
  ['switch-org', ['switch-org', 'org_globex', '--yes']],
  ['logout', ['logout', '--keep-key']],
  ['uninstall', ['uninstall', '--yes']],
];

it('describes what the commands print, and what they print when they fail', async () => {
  const { key, run } = await signedInHome();
  for (const [command, args] of runs) {
    const [first = '', ...rest] = args;
    const { stdout, exitCode } = await run(['--json', first, ...rest], { stdin: key });
    expect(exitCode, `${command}: ${stdout}`).toBe(0);
    const document = JSON.parse(stdout);
    expect(problems(nameOf(command), document), command).toEqual([]);
    // It says something: a document without its members is none.
    expect(problems(nameOf(command), {}), command).not.toEqual([]);
    expect(problems('error', document), command).not.toEqual([]);
  }
  const described = names.filter((name) => name !== 'shared' && name !== 'error');
  expect(runs.map(([command]) => nameOf(command)).sort()).toEqual(described.sort());
  for (const args of [['whoami'], ['env', 'write'], ['nonsense'], ['run', '--', 'no-such-command']]) {
    const [first = '', ...rest] = args;
    const { stdout, exitCode } = await run(['--json', first, ...rest]);
    expect(exitCode).not.toBe(0);
    expect(problems('error', JSON.parse(stdout)), args.join(' ')).toEqual([]);
  }
});
