import { reportChange } from '../change-report.ts';
import { storageWish } from '../consent.ts';
import type { Context } from '../context.ts';
import { adoptKey } from '../credentials/adopt.ts';
import { chooseStorage } from '../credentials/choose-storage.ts';
import { dashboardUrl, parseKey } from '../credentials/key.ts';
import { MegallmError } from '../errors.ts';
import { readInput } from '../terminal/input.ts';
import type { Report } from '../terminal/output.ts';
import { isTerminal } from '../terminal/streams.ts';

interface Options {
  readonly withKey?: boolean;
  readonly insecureStorage?: boolean;
}

/** Takes a key, proves that it works, and stores it as the profile's own. */
export async function run(
  context: Context,
  { withKey = false, insecureStorage = false }: Options,
): Promise<Report> {
  const { keys, machine, profiles } = context;
  const profile = profiles.choose(context.namedProfile);
  const service = keys.newKeyService();
  const storage = await chooseStorage(profile, context, storageWish(context, insecureStorage));
  const key = parseKey(await askForKey(context, withKey));
  const adoption = { command: 'login', profile, key, storage, origin: 'pasted', service } as const;
  const { change, verified, organisation } = await adoptKey(
    { ...context, changes: await context.changes(), http: await context.http() },
    adoption,
  );
  const { identity } = verified;
  const who = [identity?.email ?? identity?.name, organisation?.name].filter(Boolean).join(' · ');
  const data = { profile, storage, key, identity: identity ?? null, organisation: organisation ?? null };
  return reportChange(change, machine.home, data, [
    { mark: 'ok', label: 'Key verified', detail: [String(key), who].filter(Boolean).join(' · ') },
    { mark: 'ok', label: 'Stored', detail: `profile ${profile}, in ${keys.storage(storage).title}` },
    { label: 'Next', next: ['megallm env write --to dotenv', 'megallm env write --to bash'] },
  ]);
}

async function askForKey({ streams, prompts }: Context, withKey: boolean): Promise<string> {
  if (withKey && !isTerminal(streams, 'stdin')) return readInput(streams.stdin);
  return prompts.secret(`Paste your MegaLLM key (from ${dashboardUrl})`, noTerminal);
}

function noTerminal(): MegallmError {
  return new MegallmError('usage', 'There is no terminal to ask for a key.', [
    'Pipe one in: megallm login --with-key < file-with-the-key',
  ]);
}
