import type { ServiceAddress } from '../api/address.ts';
import { clientId } from '../api/client-id.ts';
import type { Context } from '../context.ts';
import { neverLose } from '../credentials/recovery.ts';
import { MegallmError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { HttpClient } from '../system/http.ts';
import { delayed, interruptible } from '../system/interrupts.ts';
import { watchKeys } from '../terminal/key-presses.ts';
import type { Flow } from './choose-flow.ts';
import type { Keep, SignInTools } from './tools.ts';

type Surroundings = Pick<Context, 'machine' | 'output' | 'prompts' | 'streams'> & {
  readonly http: HttpClient;
};

/** How long a key that may be on its way, or is being stored, has after Ctrl-C: it should not be lost to a moment. */
const graceMs = 2000;

/**
 * Signs in, and hands the key that comes of it to `keep`, which verifies and stores it. Whatever goes wrong there, an
 * interruption too, the key is in a recovery file that the error names. On a terminal `d` changes from the browser to
 * a device code. Throws MegallmErrors.
 */
export function signIn<T>(
  surroundings: Surroundings,
  { flow, service }: { readonly flow: Flow; readonly service: ServiceAddress },
  keep: Keep<T>,
): Promise<T> {
  const { http, machine, output } = surroundings;
  return interruptible((signal, interrupt) => {
    const lateSignal = delayed(signal, graceMs);
    const tools = { http, output, service, clientId: clientId(machine.env), signal, lateSignal };
    let key: Secret | undefined;
    const keepNew: Keep<T> = (made) => {
      key = made;
      return orAborted(keep(made), lateSignal);
    };
    return neverLose(
      () => key,
      machine,
      () => throughFlows(flow, tools, surroundings, interrupt, keepNew),
    );
  });
}

async function throughFlows<T>(
  flow: Flow,
  tools: SignInTools,
  surroundings: Surroundings,
  interrupt: () => void,
  keep: Keep<T>,
): Promise<T> {
  const { elsewhere, stop } = watchForDevice(surroundings, interrupt);
  try {
    if (flow === 'browser') {
      const { signInWithBrowser } = await import('./browser-flow.ts');
      const done = await signInWithBrowser(tools, keep, elsewhere);
      if (done) return done.kept;
    }
    const { signInWithDevice } = await import('./device-flow.ts');
    return await signInWithDevice(tools, keep);
  } finally {
    stop();
  }
}

/** `elsewhere` resolves when the person at the terminal, where there is one, presses d. */
function watchForDevice(
  { prompts, streams }: Surroundings,
  interrupt: () => void,
): { elsewhere?: Promise<undefined>; stop(): void } {
  if (!prompts.interactive) return { stop: () => undefined };
  let choose = () => {};
  const elsewhere = new Promise<undefined>((resolve) => {
    choose = () => resolve(undefined);
  });
  const stop = watchKeys(streams, (pressed) => pressed.toLowerCase() === 'd' && choose(), interrupt);
  return { elsewhere, stop };
}

/** `doing`, unless the signal comes first. */
async function orAborted<T>(doing: Promise<T>, signal: AbortSignal): Promise<T> {
  return Promise.race([
    doing,
    new Promise<never>((_, reject) => {
      const cancel = () => reject(new MegallmError('cancelled', 'Cancelled.'));
      if (signal.aborted) cancel();
      else signal.addEventListener('abort', cancel, { once: true });
    }),
  ]);
}
