import { dirname, join } from 'node:path';
import { parseServiceAddress } from '../api/address.ts';
import { MegallmError } from '../errors.ts';
import { readText } from '../system/files.ts';
import { workingTreeOf } from '../system/git.ts';

export const projectFileName = 'megallm.json';

/** What a team has agreed on for a project: `megallm.json`, described by project-file.schema.json. */
export interface ProjectChoices {
  /** The file, absolute. */
  readonly path: string;
  readonly backends?: readonly string[];
  readonly tools?: readonly string[];
  readonly sdk?: readonly string[];
  /** Where the key would be sent: for the user to agree to, since anybody may have written the file. */
  readonly baseUrl?: string;
}

const lists = ['backends', 'tools', 'sdk'] as const;
const members = [...lists, 'baseUrl', '$schema'];

/** The file of this folder, or of the nearest one above it in the same working tree; `undefined` when there is none. */
export function readProjectFile(folder: string): ProjectChoices | undefined {
  const top = workingTreeOf(folder) ?? folder;
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, projectFileName);
    const text = readText(path);
    if (text !== undefined) return parseProjectFile(path, text);
    if (at === top) return undefined;
  }
}

/** Throws `unparsable`, and `refused` for a file that holds a key: it is there to be committed. */
export function parseProjectFile(path: string, text: string): ProjectChoices {
  if (/sk-mega-[!-~]{12}/.test(text)) throw holdsKey(path);
  const content = parseObject(path, text);
  for (const name of Object.keys(content))
    if (!members.includes(name)) throw wrong(path, `there is no ${JSON.stringify(name)}`);
  const { baseUrl } = content;
  return {
    path,
    ...Object.fromEntries(lists.flatMap((name) => listOf(path, content, name))),
    ...(baseUrl !== undefined && { baseUrl: addressOf(path, baseUrl) }),
  };
}

function parseObject(path: string, text: string): Readonly<Record<string, unknown>> {
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    // The parser's own message quotes the text, which may be anything.
    throw wrong(path, 'it is not valid JSON');
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw wrong(path, 'it is not an object');
  return content as Record<string, unknown>;
}

function listOf(
  path: string,
  content: Readonly<Record<string, unknown>>,
  name: (typeof lists)[number],
): [string, readonly string[]][] {
  const value = content[name];
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return [[name, value]];
  throw wrong(path, `"${name}" is not a list of names`);
}

function addressOf(path: string, value: unknown): string {
  try {
    return parseServiceAddress(typeof value === 'string' ? value : '', 'gateway');
  } catch (error) {
    if (!(error instanceof MegallmError)) throw error;
    throw wrong(path, '"baseUrl" is not an https: address');
  }
}

function wrong(path: string, problem: string): MegallmError {
  return new MegallmError('unparsable', `${path} cannot be used: ${problem}.`, [
    `Its members are ${members.slice(0, -1).join(', ')}.`,
  ]);
}

function holdsKey(path: string): MegallmError {
  return new MegallmError('refused', `${path} holds a key, and it is a file to be committed.`, [
    'Take the key out, and if anybody else has seen it: megallm keys rotate',
  ]);
}
