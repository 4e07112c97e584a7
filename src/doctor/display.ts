import type { Output } from '../terminal/output.ts';
import { type Check, groups } from './check.ts';
import { findingLine } from './finding.ts';
import type { Finding } from './run.ts';

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
