import { spawn } from 'node:child_process';

/**
 * @typedef {object} Finished
 * @property {string} output stdout and stderr as they came
 * @property {string | undefined} problem why it failed, in a few words
 */

/**
 * Runs a command to its end or to the deadline, when it is killed. Never rejects.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ deadline: number, cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean }} options deadline in ms
 * @returns {Promise<Finished>}
 */
export function runCommand(file, args, { deadline, ...options }) {
  return new Promise((resolve) => {
    let output = '';
    /** @type {string | undefined} */
    let problem;
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const forget = endWithUs(child);
    const timer = setTimeout(() => {
      problem = `not done after ${Math.round(deadline / 1000)} s`;
      child.kill('SIGKILL');
      // What it started may live on and hold the pipes.
      child.stdout.destroy();
      child.stderr.destroy();
    }, deadline);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('error', (error) => {
      problem = error.message;
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      forget();
      if (code !== 0) problem ??= signal ? `killed by ${signal}` : `exit code ${code}`;
      resolve({ output, problem });
    });
  });
}

/**
 * Takes the child along when this process is ended, by Ctrl-C or by `timeout`: an `npm ci` that nobody waits for
 * would get in the way of the next one.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => void} ends the arrangement
 */
export function endWithUs(child) {
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const onExit = () => child.kill('SIGKILL');
  /** @param {NodeJS.Signals} signal */
  const onSignal = (signal) => {
    forget();
    child.kill('SIGKILL');
    // Having a listener switched off what the signal does by itself.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const forget = () => {
    process.off('exit', onExit);
    for (const signal of signals) process.off(signal, onSignal);
  };
  process.on('exit', onExit);
  for (const signal of signals) process.on(signal, onSignal);
  return forget;
}
