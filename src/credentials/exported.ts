import { MegallmError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { ExportedVariables } from './backends/backend.ts';
import { keyVariable } from './key.ts';

/** Every variable that megallm gives to programs, in the order in which they are written. */
const values: Readonly<Record<string, (key: Secret, gateway: string) => Secret | string>> = {
  [keyVariable]: (key) => key,
  OPENAI_BASE_URL: (_, gateway) => `${gateway}/v1`,
  OPENAI_API_KEY: (key) => key,
  ANTHROPIC_BASE_URL: (_, gateway) => gateway,
  ANTHROPIC_API_KEY: (key) => key,
};

/** What the SDKs look for by themselves. LangChain's OpenAI classes are built on the OpenAI SDK. */
const sdkVariables: Readonly<Record<string, readonly string[]>> = {
  openai: ['OPENAI_BASE_URL', 'OPENAI_API_KEY'],
  anthropic: ['ANTHROPIC_BASE_URL', 'ANTHROPIC_API_KEY'],
  langchain: ['OPENAI_BASE_URL', 'OPENAI_API_KEY'],
};

export const allVariables: readonly string[] = Object.keys(values);

export const sdkIds: readonly string[] = Object.keys(sdkVariables);

/** The names of the key's own variable and of those of the SDKs. Throws `usage` for an SDK that there is not. */
export function variableNames(sdks: readonly string[] = []): readonly string[] {
  const beside = sdks.flatMap((sdk) => {
    const names = Object.hasOwn(sdkVariables, sdk) ? sdkVariables[sdk] : undefined;
    if (names) return names;
    throw new MegallmError('usage', `There is no SDK ${JSON.stringify(sdk)}.`, `SDKs: ${sdkIds.join(', ')}`);
  });
  return [...new Set([keyVariable, ...beside])];
}

export interface Wanted {
  readonly names: readonly string[];
  /** What SDKs are to use as their base URL, without `/v1`. */
  readonly gateway: string;
}

/** The variables by which programs find a key; without `wanted` the key's own alone. */
export function exportedVariables(key: Secret, wanted?: Wanted): ExportedVariables {
  const { names, gateway } = wanted ?? { names: [keyVariable], gateway: '' };
  return new Map(
    Object.entries(values).flatMap(([name, give]) =>
      names.includes(name) ? [[name, give(key, gateway)]] : [],
    ),
  );
}
