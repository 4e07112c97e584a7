import type { Context } from './context.ts';
import { type Companion, type Found, foundAt } from './credentials/backends/backend.ts';
import type { StorageWish } from './credentials/choose-storage.ts';
import type { Consent } from './credentials/writes.ts';
import { MegallmError } from './errors.ts';

/** Asks the person at the terminal; `--yes` agrees, `--dry-run` shows what a yes would do, nobody there refuses. */
export function consentOf({ prompts, output, flags }: Context): Consent {
  return {
    async replace(found) {
      if (flags.dryRun) return;
      const agreed = await prompts.agree(`${listed(found)} Replace?`, () => inTheWay(found));
      if (!agreed) throw inTheWay(found);
    },
    async accompany({ question, warning }: Companion) {
      if (flags.dryRun || flags.yes) return true;
      if (prompts.interactive) return prompts.confirm(question, () => new MegallmError('usage', question));
      await this.warn(warning);
      return false;
    },
    async warn({ message, hints }) {
      await output.warn({ label: message, next: hints });
    },
    announce(text) {
      if (!flags.dryRun) output.announce(text);
    },
  };
}

function inTheWay(found: readonly Found[]): MegallmError {
  return new MegallmError('refused', listed(found), [
    'Add --yes to replace it (megallm undo brings it back), or take it out by hand.',
  ]);
}

function listed(found: readonly Found[]): string {
  const places = found.map((each) => `${foundAt(each)} sets ${each.name}`);
  return `${places.join(', ')}: not written by megallm, and it would get in the way.`;
}

/** A plain-text file in place of the keychain: only on the flag or a yes, and `--yes` is not one. */
export function storageWish({ prompts, flags }: Context, insecure: boolean): StorageWish {
  return {
    insecure,
    async agreeToFile(reason) {
      if (flags.dryRun) return true;
      if (!prompts.interactive) return false;
      return prompts.confirm(`${reason} Keep the key in a plain-text file that only you can read?`, nobody);
    },
  };
}

function nobody(): MegallmError {
  return new MegallmError('refused', 'There is nobody to ask.', 'Add --insecure-storage.');
}
