import type { RunTool, ToolCall, ToolOutcome } from '../../src/system/run-tool.ts';

export interface RegistryEntry {
  readonly type: string;
  readonly data: string;
}

/** What PowerShell and setx may be like; `does nothing`: they exit 0, as Wine's do. */
interface Tools {
  readonly powershell?: 'works' | 'missing' | 'constrained' | 'does nothing' | 'hangs' | 'hangs afterwards';
  readonly setx?: 'works' | 'missing' | 'does nothing';
  readonly reg?: 'works' | 'missing' | 'forbidden' | 'hangs';
  /** How reg prints: as Windows in that language does. */
  readonly style?: keyof typeof styles;
}

/** The lines of one `reg query`, in bytes. */
const styles = {
  english: (entries: string[]) => `\r\nHKEY_CURRENT_USER\\Environment\r\n${entries.join('')}\r\n`,
  german: (entries: string[]) =>
    `\r\nHKEY_CURRENT_USER\\Environment\r\n${entries.join('')}\r\nSuchende: \x81bereinstimmungen gefunden\r\n`,
  // Code page 932; the second bytes of its characters may be ASCII ones.
  japanese: (entries: string[]) =>
    `\r\nHKEY_CURRENT_USER\\Environment\r\n    \x83\\\x83t\x83g    REG_SZ    \x95\\\r\n${entries.join('')}\r\n`,
  xp: (entries: string[]) =>
    `\r\n! REG.EXE VERSION 3.0\r\n\r\nHKEY_CURRENT_USER\\Environment\r\n${entries.join('').replaceAll('    ', '\t').replace(/^\t/gm, '    ')}\r\n`,
  odd: (entries: string[]) =>
    `\nHKEY_CURRENT_USER\\Environment\n${entries.join('').replaceAll('\r\n', '\r\r\n')}`,
} as const;

const system = 'C:\\Windows\\System32';
const key = 'HKCU\\Environment';

/**
 * A Windows of which only its user environment is there, behind the tools that change and read it. Each behaves as the
 * real one does, down to its exit codes; a call that the real one would not take throws.
 */
export class FakeWindows {
  readonly registry = new Map<string, RegistryEntry>([
    ['Path', { type: 'REG_EXPAND_SZ', data: '%USERPROFILE%\\bin' }],
    ['TEMP', { type: 'REG_EXPAND_SZ', data: '%USERPROFILE%\\AppData\\Local\\Temp' }],
  ]);
  readonly calls: ToolCall[] = [];
  readonly #tools: Tools;

  constructor(tools: Tools = {}) {
    this.#tools = tools;
  }

  readonly run: RunTool = async (call) => {
    this.calls.push(call);
    if (!(call.deadlineMs > 0)) throw new Error('A call without a deadline.');
    switch (call.program) {
      case `${system}\\reg.exe`:
        return this.#reg(call);
      case `${system}\\setx.exe`:
        return this.#setx(call);
      case `${system}\\WindowsPowerShell\\v1.0\\powershell.exe`:
        return this.#powershell(call);
      default:
        throw new Error(`There is no ${call.program}.`);
    }
  };

  #reg({ args, stdin }: ToolCall): ToolOutcome {
    if (stdin !== undefined) throw new Error('reg reads no stdin.');
    const { reg = 'works', style = 'english' } = this.#tools;
    if (reg === 'missing') return { kind: 'missing' };
    if (reg === 'hangs') return { kind: 'timeout' };
    if (reg === 'forbidden') return ended(1);
    const [verb, path, flag, name = '', ...rest] = args;
    if (path !== key || (flag !== undefined && flag !== '/v')) throw unknown('reg', args);
    if (verb === 'delete' && flag === '/v' && rest.join() === '/f') return ended(this.#drop(name) ? 0 : 1);
    if (verb !== 'query' || rest.length > 0) throw unknown('reg', args);
    const wanted = [...this.registry].filter(([each]) => flag === undefined || isSame(each, name));
    if (flag !== undefined && wanted.length === 0) return ended(1);
    const lines = wanted.map(([each, { type, data }]) => `    ${each}    ${type}    ${data}\r\n`);
    return ended(0, styles[style](lines));
  }

  #setx({ args, stdin }: ToolCall): ToolOutcome {
    const [name = '', value = '', ...rest] = args;
    if (stdin !== undefined || rest.length > 0 || name.startsWith('/')) throw unknown('setx', args);
    const { setx = 'works' } = this.#tools;
    if (setx === 'missing') return { kind: 'missing' };
    if (value.length > 1_024) throw new Error('setx would cut that off.');
    if (setx === 'works') this.#put(name, value);
    return ended(0, '\r\nSUCCESS: Specified value was saved.\r\n');
  }

  #powershell({ args, stdin = '' }: ToolCall): ToolOutcome {
    const { powershell = 'works' } = this.#tools;
    const [script = '', ...switches] = args.toReversed();
    if (switches.toReversed().join(' ') !== '-NoLogo -NoProfile -NonInteractive -Command')
      throw unknown('powershell', args);
    const name = /; \[Environment\]::SetEnvironmentVariable\('(\w+)', \$value, 'User'\)$/.exec(script)?.[1];
    if (name === undefined || !/^[A-Za-z0-9+/]*={0,2}\r?\n$/.test(stdin)) throw unknown('powershell', args);
    const value = Buffer.from(stdin, 'base64').toString('utf16le');
    switch (powershell) {
      case 'missing':
        return { kind: 'missing' };
      case 'hangs':
        return { kind: 'timeout' };
      case 'does nothing':
        return ended(0);
      case 'constrained':
        // "Cannot invoke method. Method invocation is supported only on core types in this language mode."
        return ended(1);
      default:
        if (value === '') this.#drop(name);
        else this.#put(name, value);
        return powershell === 'works' ? ended(0) : { kind: 'timeout' };
    }
  }

  #put(name: string, data: string): void {
    this.#drop(name);
    this.registry.set(name, { type: 'REG_SZ', data });
  }

  #drop(name: string): boolean {
    const known = [...this.registry.keys()].find((each) => isSame(each, name));
    return known !== undefined && this.registry.delete(known);
  }
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

function ended(exitCode: number, stdout = ''): ToolOutcome {
  return { kind: 'ended', exitCode, stdout: Buffer.from(stdout, 'latin1') };
}

function unknown(tool: string, args: readonly string[]): Error {
  return new Error(`The real ${tool} would not take ${JSON.stringify(args)}.`);
}
