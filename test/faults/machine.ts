import type { Fault } from './fault.ts';

export const machineFaults: readonly Fault[] = [];
