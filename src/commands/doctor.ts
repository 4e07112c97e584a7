import { shortened } from '../change-report.ts';
import type { Context } from '../context.ts';
import { backendIds } from '../credentials/backends/catalog.ts';
import { findLegacy } from '../credentials/legacy/legacy.ts';
import { groups, type Patient } from '../doctor/check.ts';
import { allChecks } from '../doctor/checks.ts';
import { exitCodeOf, type Finding, runChecks } from '../doctor/run.ts';
import type { Report, Section } from '../terminal/output.ts';
import type { Line } from '../terminal/theme.ts';
import { type VerificationReport, verify } from '../verifier/verify.ts';

interface Options {
  readonly offline?: boolean;
  readonly verbose?: boolean;
}

/** Runs every check, side by side, and says what to do about what they find. */
export async function run(context: Context, { offline = false, verbose = false }: Options): Promise<Report> {
  const started = performance.now();
  const patient = examine(context, verbose);
  const findings = await runChecks(allChecks(patient, offline), patient);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const exitCode = exitCodeOf(findings);
  const sections: Section[] = groups.flatMap((title) => {
    const lines = findings
      .filter(({ group }) => group === title)
      .map((finding) => toLine(finding, context.machine.home));
    return lines.length > 0 ? [{ title, lines }] : [];
  });
  return {
    data: { ok: exitCode === 0, checks: findings },
    sections: [...sections, { lines: [{ label: `${countOf(findings)} in ${seconds} s` }] }],
    exitCode,
  };
}

function examine(context: Context, verbose: boolean): Patient {
  const { keys, locations, machine, profiles, version } = context;
  const profileName = profiles.choose(context.namedProfile);
  const profile = profiles.read(profileName);
  const active = keys.active(context.namedProfile);
  // Only the checks that need it look at it.
  active.catch(() => undefined);
  let verification: Promise<VerificationReport> | undefined;
  const askService = async () => {
    const { service, key } = await active;
    return verify(await context.http(), service, key);
  };
  return {
    machine,
    version,
    profileName,
    named: context.namedProfile,
    profile,
    storage: profile.storage && keys.storage(profile.storage),
    active,
    verification: () => (verification ??= askService()),
    verbose,
    legacy: findLegacy(context),
    locations: profile.locations,
    open: (location) => locations.reopen(location),
    async usualPlaces() {
      const opened = await Promise.allSettled(backendIds.map((id) => locations.open(id, {})));
      return opened.flatMap((place) => (place.status === 'fulfilled' ? [place.value] : []));
    },
  };
}

function toLine({ status, title, detail, place, next }: Finding, home: string): Line {
  const mark = status === 'pass' ? 'ok' : status;
  return {
    mark,
    label: title,
    detail,
    ...(place && {
      place: place
        .split(', ')
        .map((path) => shortened(path, home))
        .join(', '),
    }),
    ...(next && { next }),
  };
}

function countOf(findings: readonly Finding[]): string {
  const count = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length;
  const warnings = count('warn');
  return [
    `${count('pass')} passed`,
    `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
    `${count('fail')} failed`,
    ...(count('skip') > 0 ? [`${count('skip')} skipped`] : []),
  ].join(', ');
}
