import type { Command } from 'commander';

const examples = [
  'megallm login',
  'megallm env write --to dotenv --to bash',
  'megallm run -- npm start',
  'megallm doctor',
];

/** The help for all of megallm: one screen, a line for each command. */
export function drawHelp(program: Command): string {
  const commands = program.commands
    .filter((command) => !('_hidden' in command && command._hidden === true))
    .map((command): [string, string] => [termOf(command), command.description()]);
  const flags = program.options.map(({ flags: form, description }): [string, string] => [form, description]);
  return [
    'Usage: megallm COMMAND [FLAGS]',
    '',
    program.description(),
    '',
    ...columns(commands),
    '',
    'Flags of every command:',
    ...columns(flags),
    '',
    'Examples:',
    ...examples.map((example) => `  ${example}`),
    '',
    'More: megallm COMMAND --help',
    '',
  ].join('\n');
}

function termOf(command: Command): string {
  const parts = command.commands.map((part) => part.name());
  const own = command.registeredArguments.map((one) =>
    one.required ? `<${one.name()}>` : `[${one.name()}]`,
  );
  return [command.name(), ...(parts.length > 0 ? [parts.join('|')] : own)].join(' ');
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([term]) => term.length));
  return rows.flatMap(([term, help]) =>
    wrapped(help, 76 - width).map((line, index) => `  ${(index === 0 ? term : '').padEnd(width)}  ${line}`),
  );
}

function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
