import { json } from '../sandbox/answers.ts';
import { faults as broken } from '../sandbox/faults.ts';
import { selfSigned } from '../support/certificate.ts';
import { secureServerAt, servedAt, serverAt } from './addresses.ts';
import type { Fault } from './fault.ts';

const day = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * day).toISOString();

/** The network, the service and the account. */
export const serviceFaults: readonly Fault[] = [
  {
    name: 'a captive portal',
    check: 'network',
    status: 'fail',
    says: 'HTTP failed: A web page answered',
    next: /On a guest network .* sign in to the network/,
    async seed({ sandbox }) {
      sandbox.setFault('html');
    },
  },
  {
    name: 'a network that sends everything elsewhere',
    check: 'network',
    status: 'fail',
    says: 'HTTP failed',
    next: /On a guest network/,
    async seed({ sandbox }) {
      sandbox.setFault('redirect-other-origin');
    },
  },
  {
    name: 'something that is not MegaLLM',
    check: 'network',
    status: 'fail',
    says: 'is not MegaLLM (status 200, application/json)',
    next: /If you set MEGALLM_BASE_URL/,
    async seed({ sandbox }) {
      sandbox.setFault(() => json(200, { hello: 'world' }));
    },
  },
  {
    name: 'a service that is down',
    check: 'network',
    status: 'fail',
    says: 'HTTP failed: 127.0.0.1',
    next: 'This says nothing about the key. Wait a few minutes and run the command again.',
    async seed({ sandbox }) {
      sandbox.setFault('unavailable');
    },
  },
  {
    name: 'a service that does not answer',
    check: 'network',
    status: 'fail',
    says: 'did not answer in time',
    next: /^Run the command again/,
    async seed({ sandbox }) {
      sandbox.setFault('hang');
    },
  },
  {
    name: 'a connection that breaks off',
    check: 'network',
    status: 'fail',
    says: 'HTTP failed: The connection to 127.0.0.1',
    next: 'Run the command again.',
    async seed({ sandbox }) {
      sandbox.setFault('reset');
    },
  },
  {
    name: 'a name that cannot be looked up',
    check: 'network',
    status: 'fail',
    says: 'DNS failed: The name of ai.megallm.invalid:443 could not be looked up',
    next: /online/,
    seed: async (healthy) => servedAt(healthy, { gateway: 'https://ai.megallm.invalid' }),
  },
  {
    name: 'a port that nothing listens at',
    check: 'network',
    status: 'fail',
    says: 'TCP failed: Nothing accepts connections at 127.0.0.1:1',
    next: /online/,
    seed: async (healthy) => servedAt(healthy, { gateway: 'http://127.0.0.1:1' }),
  },
  {
    name: 'a certificate of an authority that nobody knows',
    check: 'network',
    status: 'fail',
    says: /TLS failed: .* comes from "megallm test", an authority that Node does not know/,
    next: 'export NODE_EXTRA_CA_CERTS=/path/to/company-root.pem',
    seed: async (healthy) => servedAt(healthy, { gateway: await secureServerAt() }),
  },
  {
    name: 'a certificate that has expired, or a clock that is fast',
    check: 'network',
    status: 'fail',
    says: /TLS failed: .*CERT_HAS_EXPIRED\): it is valid from 2020-01-01 00:00 to 2021-01-01 00:00, and here it is 20/,
    next: /^sudo |NTP|w32tm/,
    async seed(healthy) {
      const certificate = selfSigned('20200101', '20210101');
      healthy.home.write('ca.pem', certificate.cert);
      const { env } = servedAt(healthy, { gateway: await secureServerAt(certificate) });
      return { env: { ...env, SSL_CERT_FILE: `${healthy.home.path}/ca.pem` } };
    },
  },
  {
    name: 'a proxy that is not there',
    check: 'network',
    status: 'fail',
    says: 'proxy 127.0.0.1:1 (HTTP_PROXY) · proxy failed',
    next: /^Check HTTPS_PROXY/,
    seed: async () => ({ env: { HTTP_PROXY: 'http://me:secret@127.0.0.1:1' } }),
  },
  {
    name: 'a proxy that wants a password',
    check: 'network',
    status: 'fail',
    says: 'proxy failed: The proxy 127.0.0.1',
    next: 'Put them into its URL in HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT',
    async seed() {
      const proxy = await serverAt((_, response) => response.writeHead(407).end());
      return { env: { HTTP_PROXY: proxy } };
    },
  },
  {
    name: 'a clock that is slow',
    check: 'network',
    status: 'warn',
    says: "this machine's clock is 60 minutes slow",
    next: /^sudo |NTP|w32tm/,
    async seed({ sandbox }) {
      sandbox.setFault(broken['skewed-date'](3600));
    },
  },
  {
    name: 'a clock that is days off',
    check: 'network',
    status: 'fail',
    says: "this machine's clock is 3 days fast",
    next: /^sudo |NTP|w32tm/,
    async seed({ sandbox }) {
      sandbox.setFault(broken['skewed-date'](-3 * 86_400));
    },
  },
  {
    name: 'a web app that cannot be reached',
    check: 'web-app',
    status: 'warn',
    says: 'models work; signing in, keys and organisations do not',
    next: /online/,
    seed: async (healthy) => servedAt(healthy, { gateway: healthy.sandbox.url, web: 'http://127.0.0.1:1' }),
  },
  {
    name: 'a key that was revoked',
    check: 'bearer',
    status: 'fail',
    says: 'This API key has been revoked.',
    next: 'megallm login',
    async seed({ sandbox, key }) {
      sandbox.revokeKey(key);
    },
  },
  {
    name: 'a key that has expired',
    check: 'bearer',
    status: 'fail',
    says: 'This API key has expired.',
    next: 'megallm login',
    async seed({ sandbox, key }) {
      sandbox.setExpiry(key, inDays(-1));
    },
  },
  {
    name: 'a key without access',
    check: 'bearer',
    status: 'fail',
    says: 'The key is not allowed to do this (403)',
    next: /^Verify that the key has the required access/,
    async seed({ sandbox }) {
      sandbox.setFault('forbidden');
    },
  },
  {
    name: 'too many requests',
    check: 'bearer',
    status: 'fail',
    says: 'the service limits their rate (429)',
    next: 'Wait 30 minutes and run the command again.',
    async seed({ sandbox }) {
      sandbox.setFault(broken['rate-limited'](1800));
    },
  },
  {
    name: 'an x-api-key that is refused',
    check: 'x-api-key',
    status: 'warn',
    says: 'Anthropic-format clients will fail.',
    next: /^Check that the key is valid/,
    async seed({ sandbox }) {
      sandbox.acceptsApiKeyHeader = false;
    },
  },
  {
    name: 'a key that expires soon',
    check: 'expiry',
    status: 'warn',
    says: /^in 5 days \(20/,
    next: 'megallm keys rotate',
    async seed({ sandbox, key }) {
      sandbox.setExpiry(key, inDays(5));
    },
  },
  {
    name: 'an organisation that is gone',
    check: 'organisation',
    status: 'fail',
    says: 'Acme is gone, or you are no member of it any more',
    next: 'megallm switch-org',
    async seed({ sandbox }) {
      sandbox.organisations = sandbox.organisations.slice(1);
    },
  },
  {
    name: 'a key of another organisation than the profile remembers',
    check: 'organisation',
    status: 'warn',
    says: 'the key belongs to Acme, and the profile says Globex',
    next: /^megallm doctor --fix/,
    fixes: true,
    async seed({ home }) {
      const path = '.megallm/profiles/default/profile.json';
      const profile = JSON.parse(home.read(path).toString());
      home.write(
        path,
        JSON.stringify({ ...profile, organisation: { id: 'org_globex', name: 'Globex' } }),
        0o600,
      );
    },
  },
];
