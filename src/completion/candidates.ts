/** A command, as far as completion is about it. */
export interface CommandDescription {
  readonly usage: string;
  readonly help: string;
  readonly flags?: readonly FlagDescription[];
  readonly hidden?: true;
  readonly runsProgram?: true;
}

export interface FlagDescription {
  readonly form: string;
  readonly help: string;
  readonly hidden?: true;
}

export interface Candidate {
  readonly value: string;
  readonly help: string;
}

/** The values of a flag (`--to`) or an argument (`keys revoke <key>`); none where only the shell can tell. */
export type ValuesOf = (what: string) => Promise<readonly Candidate[]>;

export interface Grammar {
  readonly commands: readonly CommandDescription[];
  readonly groups: Readonly<Record<string, string>>;
  /** Those of every command. */
  readonly flags: readonly FlagDescription[];
}

/** What the word at the cursor can become, given those before it. */
export async function candidatesFor(
  before: readonly string[],
  current: string,
  grammar: Grammar,
  valuesOf: ValuesOf,
): Promise<readonly Candidate[]> {
  if (before.includes('--')) return [];
  const { flags, groups } = grammar;
  const commands = grammar.commands.filter(({ hidden }) => !hidden);
  const all = [...flags, ...commands.flatMap((command) => command.flags ?? [])];
  const words = before.filter((word, index) => !word.startsWith('-') && !takesValue(before[index - 1], all));
  const command = commands.find(({ usage }) => namesIn(usage).every((name, index) => words[index] === name));
  const last = before.at(-1);
  if (takesValue(last, all)) return matching(await valuesOf(longOf(last ?? '', all)), current);
  if (current.startsWith('-')) {
    const own = [...(command?.flags ?? []), ...flags].filter(({ hidden }) => !hidden);
    return matching(
      own.map((flag) => ({ value: nameOf(flag), help: flag.help })),
      current,
    );
  }
  if (command === undefined) return matching(nextWords(words, commands, groups), current);
  const names = namesIn(command.usage);
  const argument = command.usage.split(' ').slice(names.length)[words.length - names.length];
  if (argument === undefined || command.runsProgram) return [];
  return matching(await valuesOf(`${names.join(' ')} ${argument.replace(/[[\]<>.]/g, '')}`), current);
}

function nextWords(
  words: readonly string[],
  commands: readonly CommandDescription[],
  groups: Grammar['groups'],
): Candidate[] {
  const next = new Map<string, string>();
  for (const { usage, help } of commands) {
    const names = namesIn(usage);
    const name = names[words.length];
    if (name === undefined || !words.every((word, index) => names[index] === word)) continue;
    next.set(name, words.length + 1 === names.length ? help : (groups[name] ?? ''));
  }
  return [...next].map(([value, help]) => ({ value, help }));
}

/** The words of a usage that are no arguments: `keys revoke <key>` gives `keys` and `revoke`. */
function namesIn(usage: string): string[] {
  return usage.split(' ').filter((word) => /^[a-z]/.test(word));
}

function nameOf({ form }: FlagDescription): string {
  return /--[a-z-]+/.exec(form)?.[0] ?? form;
}

function takesValue(word: string | undefined, flags: readonly FlagDescription[]): boolean {
  if (!word?.startsWith('-')) return false;
  return flags.some(({ form }) => form.includes('<') && form.split(/[ ,]+/).includes(word));
}

function longOf(word: string, flags: readonly FlagDescription[]): string {
  const flag = flags.find(({ form }) => form.split(/[ ,]+/).includes(word));
  return flag ? nameOf(flag) : word;
}

/** A list after commas is completed at its end. What a shell could take for more than a word is left out. */
function matching(candidates: readonly Candidate[], current: string): Candidate[] {
  const head = current.slice(0, current.lastIndexOf(',') + 1);
  return candidates
    .map(({ value, help }) => ({ value: head + value, help: help.replace(/[\x00-\x1f\x7f]/g, ' ') }))
    .filter(({ value }) => value.startsWith(current) && /^[\w.:@/+,-]+$/.test(value));
}
