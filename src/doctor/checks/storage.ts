import type { Check } from '../check.ts';

export const storage: Check = {
  id: 'storage',
  group: 'Storage',
  title: 'Storage',
  async run({ storage, storageProblem, profileName, profileFlag }) {
    if (storage === undefined) return { status: 'skip', detail: `profile ${profileName} stores no key` };
    const problem = await storageProblem();
    if (problem) return { status: 'fail', detail: problem.message, next: problem.hints, code: 'failed' };
    if (storage.id === 'keychain') return { status: 'pass', detail: 'keychain, unlocked' };
    return {
      status: 'warn',
      detail: 'the key is in plain text, in a file that only you can read',
      place: storage.placeOf({ profile: profileName, variant: '' }),
      next: [`megallm login${profileFlag}   (where a keychain is available)`],
    };
  },
};
