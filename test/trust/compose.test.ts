import { expect, it } from 'vitest';
import { keyVariable } from '../../src/credentials/key.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { composeFiles } from './files/compose-files.ts';
import { dockerCompose, pythonYaml, rubyYaml } from './files/compose-readers.ts';
import { Editor } from './files/edited.ts';
import type { Read } from './files/readers.ts';
import { holdsForAll } from './property.ts';
import { patience } from './scale.ts';

const options = { timeout: patience };
const reference = `\${${keyVariable}}`;

describeWith(requirements.pythonYaml, 'a Compose file, by PyYAML', () => {
  it('is as before, with a reference in it', options, () => check(pythonYaml, 60, reference));
});

describeWith(requirements.rubyYaml, 'a Compose file, by Psych', () => {
  it('is as before, with a reference in it', options, () => check(rubyYaml, 60, reference));
});

describeWith([requirements.compose, requirements.pythonYaml], 'a Compose file, by docker-compose', () => {
  it('is as before, and the service gets the key', options, () => check(dockerCompose, 6, 'from-outside'));
});

async function check(read: Read, count: number, value: string): Promise<void> {
  const editor = await Editor.signedIn();
  await holdsForAll(composeFiles, { count, atOnce: Math.min(count, 30) }, async (texts) => {
    const edited = await editor.editAll(
      texts.map((text) => ({ 'compose.yaml': text })),
      {
        family: 'YAML (Compose)',
        open: ({ locations }) => locations.open('compose', { service: 'app' }),
        // An `environment:` that was empty before goes with the last variable in it.
        replaces: (before) =>
          /MEGALLM_API_KEY(=|: )old|environment:\r?\n(?! {6})/.test(before['compose.yaml'] ?? ''),
      },
    );
    const before = await read(edited.map((one) => one.before['compose.yaml'] ?? ''));
    const after = await read(edited.map((one) => one.after['compose.yaml'] ?? ''));
    for (const [index, was] of before.entries()) {
      if (was === undefined) continue;
      const text = edited[index]?.after['compose.yaml'] ?? '';
      const [old, now] = [partsOf(was), partsOf(after[index])];
      const { [keyVariable]: given, ...beside } = now.environment;
      const { [keyVariable]: _, ...theirs } = old.environment;
      expect({ ...now, environment: beside }, text).toEqual({ ...old, environment: theirs });
      // A reference of the person's own does as well.
      const isTheirs = /\{MEGALLM_API_KEY:-|- MEGALLM_API_KEY\r?$/m.test(text);
      if (!isTheirs) expect(given, text).toBe(value);
    }
  });
  editor.expectMostEdited();
}

/** The environment of `app`, in whichever form, and all the rest. */
function partsOf(file: unknown) {
  const { services, ...rest } = file as { services: { app: { environment?: unknown } } };
  const { environment, ...app } = services.app;
  return { environment: asMap(environment), rest: { ...rest, services: { ...services, app } } };
}

function asMap(environment: unknown): Record<string, unknown> {
  if (!Array.isArray(environment)) return (environment as Record<string, unknown> | null | undefined) ?? {};
  return Object.fromEntries(
    environment.map((entry: string) => {
      const at = entry.indexOf('=');
      return at < 0 ? [entry, null] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}
