import { MegallmError } from '../errors.ts';
import type { Machine } from '../system/machine.ts';

/** Two ways to sign in: the browser of this machine, or any other device and a code. */
export type Flow = 'browser' | 'device';

/** 3.1.0's way of saying `--device`: `1`. */
const deviceVariable = 'MEGALLM_FORCE_DEVICE_FLOW';

/**
 * The way that can work here: over SSH the browser would open on the wrong machine; a display beats whatever else
 * might speak against one. Throws `usage` where nobody is there to sign in.
 */
export function chooseFlow(
  { env, platform }: Pick<Machine, 'env' | 'platform'>,
  { device, interactive }: { device: boolean; interactive: boolean },
): Flow {
  if (device || env[deviceVariable] === '1') return 'device';
  if (env.CI && !interactive) {
    throw new MegallmError('usage', 'In CI there is nobody to sign in with a browser.', [
      'megallm login --with-key < file-with-the-key',
      'megallm login --device   (to sign in on another device, with a code that is printed)',
    ]);
  }
  if (env.SSH_CONNECTION || env.SSH_TTY) return 'device';
  const hasDisplay = platform === 'darwin' || platform === 'win32' || env.DISPLAY || env.WAYLAND_DISPLAY;
  return hasDisplay ? 'browser' : 'device';
}
