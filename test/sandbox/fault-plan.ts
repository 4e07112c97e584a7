import type { Answer } from './answers.ts';
import type { Exchange } from './exchange.ts';
import { type Fault, type FaultName, faults } from './faults.ts';
import type { RecordedRequest } from './requests.ts';

/** Which requests a fault is for: a path prefix (the query counts), or a predicate. */
export type Where = string | ((request: RecordedRequest) => boolean);

interface PlannedFault {
  readonly fault: Fault;
  readonly matches: (request: RecordedRequest) => boolean;
  timesLeft: number;
}

/** The faults in force; the first one added is the outermost. */
export class FaultPlan {
  #planned: PlannedFault[] = [];

  clear(): void {
    this.#planned = [];
  }

  add(fault: Fault | FaultName, where: Where = '', times = Number.POSITIVE_INFINITY): void {
    this.#planned.push({
      fault: typeof fault === 'string' ? faults[fault]() : fault,
      matches: typeof where === 'string' ? ({ path }) => path.startsWith(where) : where,
      timesLeft: times,
    });
  }

  /** The service's answer as the matching faults leave it. */
  run(exchange: Exchange, serve: () => Promise<Answer>): Promise<Answer> {
    const matching = this.#planned.filter((one) => one.timesLeft > 0 && one.matches(exchange.request));
    for (const one of matching) one.timesLeft -= 1;
    return matching.reduceRight<() => Promise<Answer>>(
      (next, { fault }) =>
        async () =>
          fault(exchange, next),
      serve,
    )();
  }
}
