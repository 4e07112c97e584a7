import { type DeviceCode, redeem, requestDeviceCode } from '../api/sign-in.ts';
import { MegallmError } from '../errors.ts';
import { webAddress } from '../system/browser.ts';
import { pollForKey, systemClock } from './poll.ts';
import { signInError } from './refusals.ts';
import type { Keep, SignInTools } from './tools.ts';

/** Sign-in on any device with a browser, by a code (RFC 8628). */
export async function signInWithDevice<T>(tools: SignInTools, keep: Keep<T>): Promise<T> {
  const { http, service, clientId, signal, lateSignal } = tools;
  const asked = await requestDeviceCode(http, service, clientId, { signal });
  if (asked.kind !== 'ok') throw signInError(asked, 'a code to sign in with');
  await show(asked.value, tools);
  const key = await pollForKey(
    asked.value,
    (grant) => redeem(http, service, clientId, grant, { signal: lateSignal }),
    systemClock,
    signal,
  );
  return keep(key);
}

async function show(
  { userCode, page, completePage, expiresIn }: DeviceCode,
  { output, service }: SignInTools,
): Promise<void> {
  const short = webAddress(page);
  if (short === undefined) throw notAnAddress(service.web);
  const complete = completePage === undefined ? undefined : webAddress(completePage);
  const lines = [
    { label: 'Sign in on any device:' },
    { label: 'Page', detail: short.href },
    { label: 'Code', detail: userCode, place: lifetime(expiresIn) },
    ...(complete ? [{ label: 'Or in one step:', next: [complete.href] }] : []),
  ];
  await output.instruct(lines, complete?.href);
}

function notAnAddress(web: string): MegallmError {
  return new MegallmError(
    'unreachable',
    `${new URL(web).host} names no page that it would be safe to sign in on.`,
    'megallm login --with-key   (to use a key from the dashboard)',
  );
}

function lifetime(seconds: number | undefined): string | undefined {
  if (seconds === undefined) return undefined;
  const minutes = Math.floor(seconds / 60);
  return minutes > 1 ? `good for ${minutes} minutes` : `good for ${Math.round(seconds)} seconds`;
}
