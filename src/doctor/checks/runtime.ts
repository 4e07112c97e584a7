import type { Check } from '../check.ts';

export const runtime: Check = {
  id: 'runtime',
  group: 'Machine',
  title: 'Runtime',
  async run({ version, machine }) {
    return {
      status: 'pass',
      detail: `megallm ${version} · Node ${process.versions.node} · ${machine.platform}`,
    };
  },
};
