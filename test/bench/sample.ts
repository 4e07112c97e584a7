import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { spawn as spawnInTerminal } from '@lydell/node-pty';
import { cleanEnvironment, type ProgramOptions } from '../support/program.ts';

/** A program that is measured, in its own home. */
export interface Subject extends ProgramOptions {
  readonly file: string;
  readonly args: readonly string[];
  /** Puts everything as it was, before each run. */
  readonly reset?: () => void;
}

/** One figure of one run. */
export type Sample = () => Promise<number>;

const deadline = 120_000;
const peakMemory = fileURLToPath(new URL('peak-memory.cjs', import.meta.url));

/** In ms, from its start until it has ended and all its output is read. */
export function duration(subject: Subject): Sample {
  return async () => {
    subject.reset?.();
    const begun = performance.now();
    await run(subject, subject.args);
    return performance.now() - begun;
  };
}

/** What a program in Node has resident at most, in kB. */
export function memory(subject: Subject): Sample {
  return async () => {
    subject.reset?.();
    return Number(await run(subject, ['--require', peakMemory, ...subject.args]));
  };
}

/** In ms, from its start in a terminal until it has written `text`; it is killed then. */
export function untilShown(subject: Subject, text: string): Sample {
  return () =>
    new Promise((resolve, reject) => {
      subject.reset?.();
      const begun = performance.now();
      const terminal = spawnInTerminal(subject.file, [...subject.args], {
        name: 'xterm-256color',
        cwd: subject.home.path,
        env: cleanEnvironment(subject),
      });
      let shown = '';
      let took: number | undefined;
      const timer = setTimeout(() => terminal.kill('SIGKILL'), deadline);
      terminal.onData((part) => {
        shown += part;
        if (took !== undefined || !shown.includes(text)) return;
        took = performance.now() - begun;
        terminal.kill('SIGKILL');
      });
      terminal.onExit(() => {
        clearTimeout(timer);
        if (took === undefined) reject(new Error(`${nameOf(subject)} never showed ${text}:\n${shown}`));
        else resolve(took);
      });
    });
}

/** Runs it to its end; the result is what it wrote to descriptor 3. A run that fails measures nothing. */
function run(subject: Subject, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(subject.file, args, {
      cwd: subject.cwd ?? subject.home.path,
      env: cleanEnvironment(subject),
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      timeout: deadline,
      killSignal: 'SIGKILL',
    });
    let told = '';
    let errors = '';
    child.stdout?.resume();
    child.stderr?.on('data', (part) => {
      errors += part;
    });
    child.stdio[3]?.on('data', (part) => {
      told += part;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(told);
      else reject(new Error(`${nameOf(subject)} ended with ${signal ?? code}:\n${errors}`));
    });
  });
}

function nameOf({ file, args }: Subject): string {
  return [file, ...args].join(' ');
}

/** Takes the samples in turn, round by round, so that a machine that is slow for a while is slow for all of them. */
export async function interleaved<Name extends string>(
  samples: Readonly<Partial<Record<Name, Sample>>>,
  rounds: number,
  onRound: (round: number) => void = () => undefined,
): Promise<Map<Name, number>> {
  const all = (Object.entries(samples) as [Name, Sample][]).map(([name, take]) => ({
    name,
    take,
    figures: [] as number[],
  }));
  for (const { take } of all) await take();
  for (let round = 1; round <= rounds; round += 1) {
    onRound(round);
    for (const { take, figures } of all) figures.push(await take());
  }
  return new Map(all.map(({ name, figures }) => [name, median(figures)]));
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((left, right) => left - right);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}
