import { isLoopback } from './http-hosts.ts';

/** `text` as an address that a person may be sent to: https, or http on this machine, and nobody's password in it. */
export function webAddress(text: string): URL | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  return isSafe && url.username === '' && url.password === '' ? url : undefined;
}

/**
 * Opens a `webAddress` in the user's browser, without a shell. Never rejects, and may take long on some systems; whether
 * a window appears cannot be told, so nobody needs to wait for it.
 * What is handed over is `URL`'s own spelling: ASCII alone, since PowerShell, which starts it on Windows, takes
 * typographic quotes for quotes.
 */
export async function openBrowser(url: URL): Promise<void> {
  const address = webAddress(url.href);
  if (address === undefined) return;
  try {
    const { default: open } = await import('open');
    const opener = await open(address.href);
    opener.on('error', () => undefined);
  } catch {
    // The address is on the screen.
  }
}
