const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs `body`; a signal that asks the process to end aborts `interrupted` instead, and so does `interrupt`. */
export async function interruptible<T>(
  body: (interrupted: AbortSignal, interrupt: () => void) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await body(controller.signal, interrupt);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}

/** Aborted `milliseconds` after `interrupted`, for what should come to its end if it can. */
export function delayed(interrupted: AbortSignal, milliseconds: number): AbortSignal {
  const controller = new AbortController();
  const start = () => setTimeout(() => controller.abort(), milliseconds);
  if (interrupted.aborted) start();
  else interrupted.addEventListener('abort', start, { once: true });
  return controller.signal;
}
