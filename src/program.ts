import { Command, CommanderError, Option } from 'commander';
import { type CommandRow, commandGroups, commandTable } from './command-table.ts';
import type { Context, GlobalFlags } from './context.ts';
import { MegallmError } from './errors.ts';
import { type Flag, globalFlags } from './flags.ts';
import { drawHelp } from './help.ts';
import type { Report } from './terminal/output.ts';

/** What an argv asks for. */
export type Parsed =
  | { readonly kind: 'help'; readonly text: string }
  | {
      readonly kind: 'command';
      readonly flags: GlobalFlags;
      readonly options: Readonly<Record<string, unknown>>;
      readonly run: (context: Context) => Promise<Report>;
    };

/** Reads an argv and runs nothing. `columns`: how wide help may be. Throws a MegallmError for wrong usage. */
export async function parse(
  argv: readonly string[],
  version: string,
  columns: () => number | undefined = () => undefined,
): Promise<Parsed> {
  let parsed: Parsed | undefined;
  let help = '';
  const program = build(argv, (row, command) => {
    const options = { ...namedArguments(command), ...command.optsWithGlobals() };
    parsed = {
      kind: 'command',
      flags: toGlobalFlags(options),
      options,
      run: async (context) =>
        (await row.load()).run(context, row.takesGrammar ? { ...options, grammar } : options),
    };
  });
  forEachCommand(program, (command) => {
    command.exitOverride().configureOutput({
      writeOut: (text) => {
        help += text;
      },
      writeErr: () => undefined,
      // Commander would ask the standard streams, and building them takes as long as the whole of help.
      getOutHelpWidth: () => columns() ?? 80,
      getErrHelpWidth: () => 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code !== 'commander.helpDisplayed' && error.code !== 'commander.help')
      throw wrongUsage(error, argv);
  }
  if (parsed === undefined && program.opts().version === true) return { kind: 'help', text: `${version}\n` };
  if (parsed === undefined && help === '' && program.args.length === 0) {
    const options = program.opts();
    const text = program.helpInformation();
    const run = async (context: Context) =>
      (await import('./commands/start.ts')).run(context, { help: text });
    return { kind: 'command', flags: toGlobalFlags(options), options, run };
  }
  return parsed ?? { kind: 'help', text: help || program.helpInformation() };
}

const grammar = { commands: commandTable, groups: commandGroups, flags: globalFlags };

/** Every command takes them, and the help of the program alone shows them. */
const hiddenGlobalFlags = globalFlags.map((flag): Flag => ({ ...flag, hidden: true }));

/** The flags that decide how an error is shown, for an argv that could not be parsed. */
export function outputFlags(
  argv: readonly string[],
): Pick<GlobalFlags, 'json' | 'quiet' | 'noColor' | 'debug'> {
  const own = ownWords(argv);
  const has = (...forms: string[]) => own.some((word) => forms.includes(word));
  return {
    json: has('--json'),
    quiet: has('--quiet', '-q'),
    noColor: has('--no-color'),
    debug: has('--debug'),
  };
}

function ownWords(argv: readonly string[]): readonly string[] {
  return argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
}

function nameOf(usage: string): string {
  return usage.split(' ')[0] ?? '';
}

/** The one command that the argv begins with, since describing all of them takes time; else all, for help and errors. */
function rowsFor(argv: readonly string[]): readonly CommandRow[] {
  const row = commandTable.find(({ usage }) => {
    const words = usage.split(' ').filter((word) => /^[a-z]/.test(word));
    return words.every((word, index) => argv[index] === word);
  });
  return row ? [row] : commandTable;
}

function build(argv: readonly string[], chosen: (row: CommandRow, command: Command) => void): Command {
  const rows = rowsFor(argv);
  // Flags may stand anywhere, but for those of another program: they are not ours to take.
  const runsProgram = rows.some((row) => row.runsProgram && ownWords(argv).includes(nameOf(row.usage)));
  const program = new Command('megallm').helpCommand(false).helpOption('-h, --help', 'show help');
  program.enablePositionalOptions(runsProgram);
  program.helpInformation = () => drawHelp(program);
  program.description('Get a MegaLLM API key, keep it safe, and put it where programs look for it.');
  program.option('-V, --version', 'print the version');
  addFlags(program, globalFlags);
  for (const row of rows) {
    const command = addCommand(program, row).description(row.help);
    // A command that the argv does not name cannot be run: in the help of all of them, their flags are half of the time.
    if (argv.includes(nameOf(row.usage))) addFlags(command, [...(row.flags ?? []), ...hiddenGlobalFlags]);
    command.passThroughOptions(runsProgram && row.runsProgram === true);
    command.action(() => chosen(row, command));
  }
  return program;
}

/** Adds `keys create` as `create` below `keys`, which is made when it is not there yet. */
function addCommand(program: Command, { usage, hidden }: CommandRow): Command {
  const words = usage.split(' ');
  const group = words.length > 1 && !/^[[<]/.test(words[1] ?? '') ? words.shift() : undefined;
  if (group === undefined) return program.command(words.join(' '), { hidden: hidden === true });
  const parent =
    program.commands.find((command) => command.name() === group) ??
    program
      .command(group)
      .helpCommand(false)
      .description(commandGroups[group] ?? '');
  return parent.command(words.join(' '));
}

function addFlags(command: Command, flags: readonly Flag[]): void {
  for (const { form, help, repeatable, hidden } of flags) {
    const option = new Option(form, help);
    if (repeatable)
      option.argParser((value: string, before: string[] = []) => [...before, ...value.split(',')]);
    command.addOption(hidden ? option.hideHelp() : option);
  }
}

function forEachCommand(command: Command, body: (command: Command) => void): void {
  body(command);
  for (const child of command.commands) forEachCommand(child, body);
}

function namedArguments(command: Command): Record<string, unknown> {
  return Object.fromEntries(
    command.registeredArguments.map((argument, index) => [argument.name(), command.processedArgs[index]]),
  );
}

function toGlobalFlags(options: Readonly<Record<string, unknown>>): GlobalFlags {
  const is = (name: string) => options[name] === true;
  return {
    ...(typeof options.profile === 'string' && { profile: options.profile }),
    json: is('json'),
    dryRun: is('dryRun'),
    yes: is('yes'),
    trust: is('trust'),
    quiet: is('quiet'),
    debug: is('debug'),
    noColor: options.color === false,
    plain: is('plain'),
  };
}

function wrongUsage(error: CommanderError, argv: readonly string[]): MegallmError {
  const message = error.message.replace(/^error: /, '').replace(/\n/g, ' ');
  const words = argv.filter((word) => /^[a-z]+$/.test(word));
  const known = commandTable.find(({ usage }) => usage.startsWith(words.slice(0, 2).join(' ')));
  return new MegallmError('usage', `${message.charAt(0).toUpperCase()}${message.slice(1)}`, [
    known && words.length > 0 ? `megallm ${words.slice(0, 2).join(' ')} --help` : 'megallm --help',
  ]);
}
