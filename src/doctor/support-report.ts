import { release } from 'node:os';
import { addressVariables, defaultAddress } from '../api/address.ts';
import type { Variables } from '../system/machine.ts';
import type { Report } from '../terminal/output.ts';
import type { Line } from '../terminal/theme.ts';
import type { Patient } from './check.ts';
import { countOf, findingLine, findingRecord } from './finding.ts';
import { redactFor } from './redact.ts';
import { exitCodeOf, type Finding } from './run.ts';

/** What a person may paste into a support request: all that doctor knows, and nothing about who it is. */
export function describeForSupport(patient: Patient, findings: readonly Finding[]): Report {
  const { machine, profile, version } = patient;
  const redact = redactFor(
    patient,
    findings.flatMap(({ names = [] }) => names),
  );
  const facts = redact({
    megallm: version,
    node: process.versions.node,
    system: `${machine.platform} ${release()} ${process.arch}`,
    environment: variablesThatMatter(machine.env),
    storage: profile.storage ?? null,
    gateway: profile.gateway ?? defaultAddress.gateway,
    web: profile.web ?? defaultAddress.web,
    locations: profile.locations.map(({ backend, path, variables }) => ({ backend, path, variables })),
  });
  const seen = redact(findings.map(findingRecord));
  const { environment, locations, ...others } = facts;
  const lines: Line[] = Object.entries(others).map(([label, value]) => ({ label, detail: String(value) }));
  return {
    data: { ...facts, checks: seen },
    sections: [
      { title: 'megallm doctor --report', lines },
      {
        title: 'Environment',
        lines: Object.entries(environment).map(([label, detail]) => ({ label, detail })),
      },
      {
        title: 'Places',
        lines: locations.map(({ backend, path, variables }) => ({
          label: backend,
          detail: variables.join(', '),
          place: path,
        })),
      },
      { title: 'Checks', lines: seen.map((finding) => findingLine(finding, machine.home)) },
      { lines: [{ label: countOf(findings) }] },
    ].filter((section) => section.lines.length > 0),
    exitCode: exitCodeOf(findings),
  };
}

/** What of the environment may decide something. Only of these are the values told. */
const told: readonly string[] = [
  'SHELL',
  'TERM',
  'TERM_PROGRAM',
  'LANG',
  'LC_ALL',
  ...Object.values(addressVariables),
];
const mattering =
  /^(MEGALLM|OPENAI|ANTHROPIC)_|_proxy$|^(CI|SSH_CONNECTION|DISPLAY|WAYLAND_DISPLAY|WSL_DISTRO_NAME|NODE_EXTRA_CA_CERTS|NODE_OPTIONS)$/i;

function variablesThatMatter(env: Variables): Record<string, string> {
  const names = Object.keys(env).filter((name) => mattering.test(name) || told.includes(name));
  return Object.fromEntries(
    names.sort().map((name) => [name, told.includes(name) ? (env[name] ?? '') : 'set']),
  );
}
