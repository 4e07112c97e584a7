import { win32 } from 'node:path';
import { MegallmError } from '../errors.ts';
import { readRegistryText } from './registry-query.ts';
import type { RunTool, ToolCall, ToolOutcome } from './run-tool.ts';
import { type UserVariables, userEnvironment } from './user-variables.ts';

/** In ms. PowerShell takes seconds to start, and tells every open window of the change before it ends. */
const deadlines = { powershell: 30_000, setx: 15_000, reg: 10_000 };

/** What `setx` takes; the rest it would cut off. */
const setxLimit = 1_024;

/** The real user environment of Windows, changed and read with the tools that come with it. */
export class WindowsUserVariables implements UserVariables {
  readonly #systemFolder: string;
  readonly #run: RunTool;

  /** `systemRoot`: where Windows is installed, as `SystemRoot` says. */
  constructor(systemRoot: string | undefined, run: RunTool) {
    const isAbsolute = systemRoot !== undefined && /^[A-Za-z]:[\\/]/.test(systemRoot);
    this.#systemFolder = win32.join(isAbsolute ? systemRoot : 'C:\\Windows', 'System32');
    this.#run = run;
  }

  async read(name: string): Promise<string | undefined> {
    const outcome = await this.#reg('query', userEnvironment, '/v', name);
    if (outcome.kind !== 'ended') throw cannotRead(outcome);
    if (outcome.exitCode !== 0) {
      // It is not there, or nothing of the registry can be read: which of them, no exit code says.
      const all = await this.#reg('query', userEnvironment);
      if (all.kind === 'ended' && all.exitCode === 0) return undefined;
      throw cannotRead(all);
    }
    const text = readRegistryText(outcome.stdout, name);
    if (text === undefined) throw inexact(name);
    // Windows makes no variable of an empty value.
    return text || undefined;
  }

  async write(name: string, value: string): Promise<void> {
    await this.#powershell(name, value);
    if ((await this.read(name)) === value) return;
    if (value.length > setxLimit) throw tooLongForSetx(name, value.length);
    await this.#run({
      program: win32.join(this.#systemFolder, 'setx.exe'),
      args: [name, value],
      deadlineMs: deadlines.setx,
    });
    if ((await this.read(name)) !== value) throw notKept(name);
  }

  async remove(name: string): Promise<void> {
    await this.#powershell(name, '');
    if ((await this.read(name)) === undefined) return;
    await this.#reg('delete', userEnvironment, '/v', name, '/f');
    if ((await this.read(name)) !== undefined) throw notKept(name);
  }

  /**
   * Whether it worked shows only when the variable is read: a policy may let it run and forbid this call, and its exit
   * code says nothing. An empty value removes the variable.
   * The value comes in base64, which every code page has, as the one object of the pipeline: `powershell -Command` reads
   * stdin itself when it is redirected.
   */
  #powershell(name: string, value: string): Promise<ToolOutcome> {
    const script = [
      "$ErrorActionPreference = 'Stop'",
      "$text = (@($input) -join '') + [Console]::In.ReadToEnd()",
      '$value = [Text.Encoding]::Unicode.GetString([Convert]::FromBase64String($text))',
      `[Environment]::SetEnvironmentVariable('${name}', $value, 'User')`,
    ].join('; ');
    return this.#run({
      program: win32.join(this.#systemFolder, 'WindowsPowerShell', 'v1.0', 'powershell.exe'),
      args: ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', script],
      stdin: `${Buffer.from(value, 'utf16le').toString('base64')}\n`,
      deadlineMs: deadlines.powershell,
    });
  }

  #reg(...args: ToolCall['args']): Promise<ToolOutcome> {
    return this.#run({
      program: win32.join(this.#systemFolder, 'reg.exe'),
      args,
      deadlineMs: deadlines.reg,
    });
  }
}

const byHand = 'Set it by hand: Settings, System, About, Advanced system settings, Environment Variables.';

function cannotRead(outcome: ToolOutcome): MegallmError {
  const reason = {
    ended: 'reg.exe refuses',
    missing: 'there is no reg.exe',
    timeout: 'reg.exe does not end',
  };
  return new MegallmError('failed', `The Windows user environment cannot be read: ${reason[outcome.kind]}.`, [
    'An administrator may have switched registry tools off.',
    'Use another backend, such as --to powershell.',
  ]);
}

function inexact(name: string): MegallmError {
  return new MegallmError(
    'refused',
    `${userEnvironment} has a ${name} that megallm could not put back as it is.`,
    ['Take it out by hand, and run the command again:', `reg delete ${userEnvironment} /v ${name}`],
  );
}

function tooLongForSetx(name: string, length: number): MegallmError {
  return new MegallmError(
    'failed',
    `PowerShell did not set ${name}, and setx takes ${setxLimit} characters at most, not ${length}.`,
    byHand,
  );
}

function notKept(name: string): MegallmError {
  return new MegallmError(
    'failed',
    `Windows did not change ${name}: neither PowerShell nor its other tools had any effect.`,
    [byHand, 'Or use another backend, such as --to powershell.'],
  );
}
