import { createServer, type RequestListener, request } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { onTestFinished } from 'vitest';
import { type Certificate, selfSigned } from '../support/certificate.ts';
import type { Healthy, Seeded } from './fault.ts';

const record = '.megallm/profiles/default/profile.json';

/** As if the profile had been made for that service: its address is that of the profile, not of a variable. */
export function servedAt({ home }: Healthy, address: { gateway: string; web?: string }): Seeded {
  const profile = JSON.parse(home.read(record).toString());
  const { gateway, web = gateway } = address;
  home.write(record, JSON.stringify({ ...profile, gateway, web }), 0o600);
  return { env: { MEGALLM_BASE_URL: '', MEGALLM_WEB_URL: '' } };
}

/** A server that is gone with the test; its port. */
async function listening(server: Server & { closeAllConnections(): void }): Promise<number> {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

export async function serverAt(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listening(createServer(listener))}`;
}

/** For `localhost`, with a certificate that nobody vouches for; it hands on what it is asked to `behind`. */
export async function secureServerAt(
  certificate: Certificate = selfSigned(),
  behind?: string,
): Promise<string> {
  const server = createSecureServer(certificate, (asked, response) => {
    if (behind === undefined) {
      response.end('{}');
      return;
    }
    const { method, url, headers } = asked;
    const handedOn = request(behind + url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    asked.pipe(handedOn);
  });
  return `https://localhost:${await listening(server)}`;
}
