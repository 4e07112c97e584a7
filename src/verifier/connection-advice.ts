import { addressVariables } from '../api/address.ts';
import type { Unreachable, UnreachableCause } from '../api/failure.ts';
import { isUntrustedIssuer } from '../system/http-failure.ts';

interface ConnectionAdvice {
  readonly message: string;
  readonly hints: readonly string[];
}

const addresses = `${addressVariables.gateway} and ${addressVariables.web}`;
const online = 'Check that this machine is online, and whether a VPN or firewall is in the way.';
const checkAddresses = `If you set ${addresses}, check that they are right.`;
const needsProxy = 'If this network is left through a proxy only, name it in HTTPS_PROXY.';

/** What to tell a person when no answer came, by cause. */
export function adviseOnConnection(failure: Unreachable): ConnectionAdvice {
  return byCause[failure.cause](failure);
}

const byCause: Record<UnreachableCause, (failure: Unreachable) => ConnectionAdvice> = {
  dns: ({ host, detail }) => ({
    message: `The name of ${host} could not be looked up (${detail}).`,
    hints: [online, checkAddresses, needsProxy],
  }),
  refused: ({ host, detail }) => ({
    message:
      detail === 'ECONNREFUSED'
        ? `Nothing accepts connections at ${host} (${detail}).`
        : `There is no way to ${host} from here (${detail}).`,
    hints: [online, checkAddresses, needsProxy],
  }),
  timeout: ({ host }) => ({
    message: `${host} did not answer in time.`,
    hints: ['Run the command again; the service or the network may be slow.', online, needsProxy],
  }),
  reset: ({ host, detail }) => ({
    message: `The connection to ${host} broke off before the answer was complete (${detail}).`,
    hints: ['Run the command again.', online],
  }),
  proxy: ({ host, detail }) => adviseOnProxy(host, detail),
  tls: adviseOnTls,
};

function adviseOnProxy(host: string, detail: string): ConnectionAdvice {
  const around = "To go round it, add the service's host to NO_PROXY.";
  if (detail === 'status 407') {
    return {
      message: `The proxy ${host} asks for a user name and a password.`,
      hints: ['Put them into its URL in HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT', around],
    };
  }
  return {
    message: `The proxy ${host} did not connect us (${detail}).`,
    hints: ['Check HTTPS_PROXY: it has to name an HTTP proxy that runs and lets this host through.', around],
  };
}

/** Never a way to turn the checks off: whoever is in between could then read the key. */
function adviseOnTls({ host, detail, certificate }: Unreachable): ConnectionAdvice {
  if (detail === 'CERT_NOT_YET_VALID' || detail === 'CERT_HAS_EXPIRED') {
    return {
      message: `The certificate of ${host} is not valid at this machine's time (${detail})${period(certificate)}.`,
      hints: ["Check this machine's date and clock first: they are the usual cause.", intercepted],
    };
  }
  if (detail === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      message: `The certificate that ${host} shows belongs to another host (${detail}).`,
      hints: [intercepted, checkAddresses],
    };
  }
  if (isUntrustedIssuer(detail)) {
    return {
      message: `The certificate of ${host} comes from ${authority(certificate)} that Node does not know (${detail}).`,
      hints: [
        'A company proxy or an antivirus probably inspects TLS here. Ask for its root certificate (PEM), then:',
        'export NODE_EXTRA_CA_CERTS=/path/to/company-root.pem',
      ],
    };
  }
  return {
    message: `No secure connection to ${host} could be made (${detail}).`,
    hints: [intercepted, checkAddresses],
  };
}

function authority(certificate: Unreachable['certificate']): string {
  return certificate?.issuer === undefined ? 'an authority' : `"${certificate.issuer}", an authority`;
}

/** Beside each other they show which of the two is wrong. */
function period(certificate: Unreachable['certificate']): string {
  if (certificate === undefined) return '';
  const [from, to, now] = [certificate.validFrom, certificate.validTo, Date.now()].map((time) =>
    new Date(time).toISOString().slice(0, 16).replace('T', ' '),
  );
  return `: it is valid from ${from} to ${to}, and here it is ${now} (UTC)`;
}

const intercepted =
  'A guest network before its sign-in, a proxy or a firewall may be answering in its place.';
