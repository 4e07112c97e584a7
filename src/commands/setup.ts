import type { Context } from '../context.ts';
import { MegallmError } from '../errors.ts';
import { finishSetup } from '../setup/finish.ts';
import { takeOverLegacy } from '../setup/key-in-hand.ts';
import { readProjectFile } from '../setup/project-file.ts';
import { type SetupFlags, settleWish } from '../setup/wish.ts';
import type { Report } from '../terminal/output.ts';

interface Options extends SetupFlags {
  readonly withKey?: boolean;
  readonly insecureStorage?: boolean;
}

/** From nothing to a key that is stored, exported, wired into tools and proven: asking a person, or by flags alone. */
export async function run(context: Context, options: Options): Promise<Report> {
  const { flags, machine, prompts } = context;
  const alone = flags.yes || flags.dryRun;
  if (!alone && !prompts.interactive) throw nobodyToAsk();
  const wish = await settleWish(context, options, readProjectFile(machine.cwd));
  const { withKey = false, insecureStorage = false } = options;
  const keyWish = { withKey, insecureStorage, gateway: wish.gateway };
  if (!flags.dryRun) await takeOverLegacy(context, keyWish);
  if (alone) {
    const { decideAlone } = await import('../setup/unattended.ts');
    return finishSetup(context, wish, await decideAlone(context, wish, keyWish));
  }
  const { askEverything } = await import('../setup/wizard.ts');
  const { task, reviewed } = await askEverything(context, wish, keyWish);
  return finishSetup(context, wish, task, reviewed);
}

function nobodyToAsk(): MegallmError {
  return new MegallmError('usage', 'There is no terminal to ask at: say --yes for the usual setup.', [
    'megallm setup --yes --with-key < file-with-the-key',
    'megallm setup --yes --to dotenv --tool claude   (to say what it is for)',
  ]);
}
