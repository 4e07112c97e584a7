import type { StatementToken } from './tokens.ts';

/** A command on items of the drive `Env:`, which are the environment's variables. */
export interface ItemCommand {
  readonly kind: 'assignment' | 'unset';
  readonly names: readonly string[];
  readonly value: string | undefined;
}

const commands: Readonly<Record<string, 'set' | 'add' | 'remove' | undefined>> = {
  'add-content': 'add',
  ac: 'add',
  'clear-item': 'remove',
  cli: 'remove',
  del: 'remove',
  erase: 'remove',
  'new-item': 'set',
  ni: 'set',
  rd: 'remove',
  'remove-item': 'remove',
  ri: 'remove',
  rm: 'remove',
  rmdir: 'remove',
  sc: 'set',
  'set-content': 'set',
  'set-item': 'set',
  si: 'set',
};
/** Parameters that stand alone; all others are followed by a value. */
const switches = /^(?:f|force|passthru|confirm|whatif|recurse|r|verbose|debug|nonewline)$/i;
const environmentPath = /^(?:Microsoft\.PowerShell\.Core\\)?(?:Env:|Environment::)[\\/]?([^\\/*?[\]]+)$/i;

interface Arguments {
  readonly named: ReadonlyMap<string, readonly StatementToken[]>;
  readonly positional: readonly (readonly StatementToken[])[];
}

export function itemCommandOf(tokens: readonly StatementToken[]): ItemCommand | undefined {
  const [first] = tokens;
  if (first?.kind !== 'word') return undefined;
  const action = commands[first.text.toLowerCase().replace(/^microsoft\.powershell\.management\\/, '')];
  if (action === undefined) return undefined;
  const { named, positional } = argumentsOf(tokens.slice(1));
  const path = named.get('path') ?? named.get('literalpath') ?? positional[0] ?? [];
  const names = path.flatMap((token) => {
    const text = plainText(token);
    const found = text === undefined ? undefined : environmentPath.exec(text)?.[1];
    return found === undefined ? [] : [found];
  });
  if (names.length === 0) return undefined;
  const hasPath = named.has('path') || named.has('literalpath');
  const value = named.get('value') ?? positional[hasPath ? 0 : 1] ?? [];
  if (action === 'remove') return { kind: 'unset', names, value: undefined };
  const known = action === 'set' && value.length === 1 && value[0] ? plainText(value[0]) : undefined;
  return { kind: 'assignment', names, value: known };
}

/** Each argument is several tokens where commas join them. */
function argumentsOf(tokens: readonly StatementToken[]): Arguments {
  const named = new Map<string, StatementToken[]>();
  const positional: StatementToken[][] = [];
  let open: StatementToken[] | undefined;
  let joins = false;
  for (const token of tokens) {
    if (token.kind === 'sign') {
      joins = token.text === ',';
      continue;
    }
    const parameter = joins ? undefined : parameterOf(token);
    if (parameter) {
      open = parameter.values;
      if (open) named.set(parameter.name, open);
    } else if (open && (joins || open.length === 0)) open.push(token);
    else {
      open = [token];
      positional.push(open);
    }
    joins = false;
  }
  return { named, positional };
}

/** `-Name`, or `-Name:value`. Its values are still to come, except for a switch. */
function parameterOf(
  token: StatementToken,
): { name: string; values: StatementToken[] | undefined } | undefined {
  const found = token.kind === 'word' ? /^-([A-Za-z]+)(?::(.*))?$/.exec(token.text) : null;
  if (found?.[1] === undefined) return undefined;
  const isSwitch = switches.test(found[1]);
  const value = found[2] === undefined ? [] : [{ ...token, kind: 'word' as const, text: found[2] }];
  return { name: found[1].toLowerCase(), values: isSwitch ? undefined : value };
}

function plainText(token: StatementToken): string | undefined {
  if (token.kind === 'string') return token.literal ? token.text : undefined;
  return token.kind === 'word' ? token.text : undefined;
}
