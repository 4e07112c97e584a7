import type fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyVariable } from '../../src/credentials/key.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { besideOurs } from './files/beside-ours.ts';
import { Editor } from './files/edited.ts';
import type { Open } from './files/in-process.ts';
import { jsonFiles } from './files/json-files.ts';
import { pythonJson, typescriptJsonc } from './files/json-readers.ts';
import type { Read } from './files/readers.ts';
import { tomlFiles } from './files/toml-files.ts';
import { pythonToml } from './files/toml-readers.ts';
import { holdsForAll } from './property.ts';
import { patience } from './scale.ts';

const options = { timeout: patience };

const gateway = 'https://ai.megallm.io';
const models = ['claude-sonnet-4', 'gpt-5', 'gpt-5-mini'];
const newLink = { profile: 'default', gateway, form: 'plain', project: false, models } as const;

interface Kind {
  readonly tool: string;
  readonly file: string;
  readonly family: string;
  readonly files: fc.Arbitrary<{ readonly text: string }>;
  readonly read: Read;
  /** Ours: where it stands, and what it is where the person has none. */
  readonly ours: (key: string) => Readonly<Record<string, unknown>>;
  /** A member of the person's that gives way; all others stay where the person has them. */
  readonly replaced?: string;
}

const claude: Kind = {
  tool: 'claude',
  file: '.claude/settings.json',
  family: "JSON (Claude Code's settings)",
  files: jsonFiles(['env'], false),
  read: pythonJson,
  ours: (key) => ({
    'env.ANTHROPIC_BASE_URL': gateway,
    'env.ANTHROPIC_API_KEY': '',
    'env.ANTHROPIC_AUTH_TOKEN': key,
    'env.CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY': '1',
  }),
};

const openCode: Kind = {
  tool: 'opencode',
  file: '.config/opencode/opencode.json',
  family: "JSONC (OpenCode's settings)",
  files: jsonFiles(['provider'], true),
  read: typescriptJsonc,
  ours: () => ({
    $schema: 'https://opencode.ai/config.json',
    'provider.megallm': expect.objectContaining({ options: { baseURL: `${gateway}/v1` } }),
    model: 'megallm/claude-sonnet-4',
    small_model: 'megallm/gpt-5-mini',
  }),
};

const codex: Kind = {
  tool: 'codex',
  file: '.codex/config.toml',
  family: "TOML (Codex's settings)",
  files: tomlFiles,
  read: pythonToml,
  ours: () => ({
    model_provider: 'megallm',
    'model_providers.megallm': expect.objectContaining({ base_url: `${gateway}/v1`, env_key: keyVariable }),
    model: 'gpt-5',
  }),
  replaced: 'model_provider',
};

it("any settings of Claude Code's, edited, are read as before, with ours in them", options, () =>
  check(claude),
);
it("any settings of OpenCode's, edited, are read as before, with ours in them", options, () =>
  check(openCode),
);

describeWith(requirements.python, 'TOML, by tomllib', () => {
  it("any settings of Codex's, edited, are read as before, with ours in them", options, () => check(codex));
});

async function check({ tool, file, family, files, read, ours, replaced }: Kind): Promise<void> {
  const editor = await Editor.signedIn();
  const open: Open = ({ locations }) => locations.openTool(tool, { newLink });
  const wanted = Object.entries(ours(editor.key)).map(([path, value]) => ({ path: path.split('.'), value }));
  await holdsForAll(files, { count: 60, atOnce: 30 }, async (generated) => {
    const edited = await editor.editAll(
      generated.map(({ text }) => ({ [file]: text })),
      { family, open, replaces: (before) => before[file]?.includes(`${replaced} =`) === true },
    );
    const before = await read(edited.map((one) => one.before[file] ?? ''));
    const after = await read(edited.map((one) => one.after[file] ?? ''));
    for (const [index, now] of after.entries()) {
      const { [file]: text = '' } = edited[index]?.before ?? {};
      const was = before[index] ?? (text.trim() === '' ? {} : undefined);
      expect(was, `megallm edits what nobody can read: ${text}`).toBeDefined();
      const kept = replaced === undefined ? was : besideOurs(was, {}, [[replaced]]);
      checkMembers(now, kept, wanted, edited[index]?.after[file]);
    }
  });
  editor.expectMostEdited();
}

interface Member {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Beside ours nothing differs, and ours are there, but for what the person has chosen. */
function checkMembers(
  now: unknown,
  kept: unknown,
  wanted: readonly Member[],
  told: string | undefined,
): void {
  const paths = wanted.map(({ path }) => path);
  expect(besideOurs(now, kept, paths), told).toEqual(kept);
  for (const { path, value } of wanted) {
    if (path[0] === '$schema') continue;
    const theirs = at(kept, path);
    expect(at(now, path), told).toEqual(theirs === undefined ? value : theirs);
  }
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value);
}
