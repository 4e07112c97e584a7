import type { Answer, Request } from './keychain-messages.ts';
import type { Variables } from './machine.ts';

/** How the process is started: `path` is the built keychain-child.ts. */
export interface KeychainProgram {
  readonly path: string;
  readonly env: Variables;
}

/** One request on its way. It may never be answered, so whoever waits has a deadline, and ends it in the end. */
export interface Asked {
  /** `crashed`: the process ended without an answer. Never rejects. */
  readonly answer: Promise<Answer | 'crashed'>;
  /** Kills the process. The binding may block in it where no signal but this one gets through. */
  end(): void;
}

/** A process that has been started, and waits for its one request. It ends by itself when this process does. */
export interface KeychainProcess {
  ask(request: Request): Asked;
}

export async function startKeychainProcess(program: KeychainProgram): Promise<KeychainProcess> {
  const { spawn } = await import('node:child_process');
  const child = spawn(process.execPath, [program.path], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: withoutNodeSettings(program.env),
    windowsHide: true,
  });
  const answer = new Promise<Answer | 'crashed'>((resolve) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      // Its line is all that is wanted of it: that a process ends takes as long as the reading of a file.
      if (text.endsWith('\n')) resolve(parseAnswer(text));
    });
    child.on('error', () => resolve('crashed'));
    child.on('close', () => resolve(parseAnswer(text)));
  });
  child.stdin.on('error', () => undefined);
  return {
    ask(request) {
      child.stdin.end(JSON.stringify(request));
      return { answer, end: () => child.kill('SIGKILL') };
    },
  };
}

/**
 * What a user has set for programs of their own: certificates double the start of Node 20, options may load anything,
 * and the binding's variables name another library.
 */
function withoutNodeSettings(env: Variables): Variables {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(NODE|NAPI_RS)_/i.test(name)));
}

function parseAnswer(text: string): Answer | 'crashed' {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return 'crashed';
  }
}
