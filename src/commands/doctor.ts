import { shortened } from '../change-report.ts';
import type { Context } from '../context.ts';
import { groups } from '../doctor/check.ts';
import { allChecks } from '../doctor/checks.ts';
import { examine } from '../doctor/patient.ts';
import { exitCodeOf, type Finding, runChecks } from '../doctor/run.ts';
import type { Report, Section } from '../terminal/output.ts';
import type { Line } from '../terminal/theme.ts';

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
    data: {
      ok: exitCode === 0,
      checks: findings.map(({ mend, ...record }) => ({ ...record, fixable: mend !== undefined })),
    },
    sections: [...sections, { lines: [{ label: `${countOf(findings)} in ${seconds} s` }] }],
    exitCode,
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
