import { shortened } from './change-report.ts';
import { type Check, groups } from './doctor/check.ts';
import type { Finding } from './doctor/run.ts';
import type { Output } from './terminal/output.ts';
import type { Line } from './terminal/theme.ts';

/** Shows what doctor finds, group by group: each as soon as it, and those above it, are complete. */
export class DoctorDisplay {
  readonly #checks: readonly Check[];
  readonly #output: Output;
  readonly #home: string;
  readonly #findings = new Map<Check, Finding>();
  #next = 0;
  #drawing = Promise.resolve();

  constructor(checks: readonly Check[], output: Output, home: string) {
    this.#checks = checks;
    this.#output = output;
    this.#home = home;
  }

  add(check: Check, finding: Finding): void {
    this.#findings.set(check, finding);
    this.#drawing = this.#drawing.then(() => this.#drawComplete());
    // `end` throws it.
    this.#drawing.catch(() => undefined);
  }

  /** All that was found is shown. Throws what kept it from being written. */
  async end(): Promise<void> {
    await this.#drawing;
  }

  async #drawComplete(): Promise<void> {
    for (; this.#next < groups.length; this.#next += 1) {
      const title = groups[this.#next];
      const checks = this.#checks.filter(({ group }) => group === title);
      const findings = checks.flatMap((check) => this.#findings.get(check) ?? []);
      if (findings.length < checks.length) return this.#output.pass(`${title} …`);
      if (title === undefined || findings.length === 0) continue;
      const lines = findings.map((finding) => findingLine(finding, this.#home));
      await this.#output.show({ title, lines });
    }
  }
}

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
export function findingRecord({ mend, ...record }: Finding) {
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
