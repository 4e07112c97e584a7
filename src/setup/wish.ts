import type { Context } from '../context.ts';
import { MegallmError } from '../errors.ts';
import { type ProjectChoices, projectFileName } from './project-file.ts';

/** What setup is to do: the flags, and where they say nothing the project's own choices. */
export interface SetupWish {
  /** `undefined`: what is usual here. */
  readonly backends: readonly string[] | undefined;
  readonly tools: readonly string[] | undefined;
  readonly sdk: readonly string[];
  /** The tools' settings of this project rather than the user's own. */
  readonly project: boolean;
  /** Tools that are not there are installed. */
  readonly install: boolean;
  /** A gateway of the project's, which the user has agreed to. */
  readonly gateway?: string;
}

export interface SetupFlags {
  readonly to?: readonly string[];
  readonly tool?: readonly string[];
  readonly project?: boolean;
  readonly install?: boolean;
}

export async function settleWish(
  context: Context,
  { to, tool, project = false, install = false }: SetupFlags,
  choices: ProjectChoices | undefined,
): Promise<SetupWish> {
  const gateway = await agreeToGateway(context, choices);
  // Whoever names a place or a tool wants that and nothing else.
  const named = to ?? tool;
  return {
    backends: to ?? (named ? [] : choices?.backends),
    tools: tool ?? (named ? [] : choices?.tools),
    sdk: choices?.sdk ?? [],
    project,
    install,
    ...(gateway !== undefined && { gateway }),
  };
}

/** It decides where the key is sent, and whoever wrote the file may be anybody: a yes or `--trust`, and no other flag. */
async function agreeToGateway(
  { flags, keys, namedProfile, profiles, prompts }: Context,
  choices: ProjectChoices | undefined,
): Promise<string | undefined> {
  const wanted = choices?.baseUrl;
  if (wanted === undefined) return undefined;
  const { gateway } = keys.savedService(profiles.choose(namedProfile));
  if (flags.trust || wanted === gateway) return wanted;
  const refused = () =>
    new MegallmError('refused', `${choices?.path} would have your key sent to ${wanted}.`, [
      'If you trust that address with it, add --trust.',
      `If not, take "baseUrl" out of ${projectFileName}.`,
    ]);
  if (
    await prompts.confirm(
      `This project's ${projectFileName} has your key sent to ${wanted}. Trust it?`,
      refused,
    )
  )
    return wanted;
  throw refused();
}
