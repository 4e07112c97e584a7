import { shortened } from '../change-report.ts';
import type { Line } from '../terminal/theme.ts';
import type { Finding } from './run.ts';

export function findingLine({ status, title, detail, place, next }: Finding, home: string): Line {
  const places = place?.split(', ').map((path) => shortened(path, home));
  return {
    mark: status === 'pass' ? 'ok' : status,
    label: title,
    detail,
    ...(places && { place: places.join(', ') }),
    ...(next && { next }),
  };
}

/** As it stands in the `--json` document. */
export function findingRecord({ mend, names: _, ...record }: Finding) {
  return { ...record, fixable: mend !== undefined };
}

export function countOf(findings: readonly Finding[]): string {
  const count = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length;
  const warnings = count('warn');
  return [
    `${count('pass')} passed`,
    `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
    `${count('fail')} failed`,
    ...(count('skip') > 0 ? [`${count('skip')} skipped`] : []),
  ].join(', ');
}
