import { Secret } from '../../secret.ts';

/** A place that says which key a tool uses, or where it sends it. */
export interface Setting {
  /** As the place calls it: `env.ANTHROPIC_BASE_URL`, `model_provider`. */
  readonly name: string;
  /** What it sets: settings of one subject rule each other out, the first one counts. */
  readonly subject: string;
  /** A file, absolute, or `this shell`. */
  readonly place: string;
  readonly line?: number;
  /** Empty: it keeps weaker places out, and sets nothing. */
  readonly value: Secret;
  /** It gives the key by a command or from a variable of ours, or leads to our service. */
  readonly isOurs: boolean;
}

export interface Candidate extends Setting {
  readonly wins: boolean;
}

/** Who decides one thing, strongest first. */
export interface Decision {
  /** `key`, `address`, `model`, a header, or a variable. */
  readonly about: string;
  readonly candidates: readonly Candidate[];
}

/** What is known of ours. */
export interface Ours {
  readonly isKey: (fingerprint: string) => boolean;
  /** Without `/v1`. */
  readonly gateways: readonly string[];
}

export const shellPlace = 'this shell';

/** `settings`: in the order in which the tool itself decides. */
export function decide(about: Decision['about'], settings: readonly Setting[]): Decision {
  const counting = settings.filter(
    (setting, index) => settings.findIndex(({ subject }) => subject === setting.subject) === index,
  );
  const winner = counting.find(({ value }) => value.reveal() !== '');
  return { about, candidates: settings.map((setting) => ({ ...setting, wins: setting === winner })) };
}

export function isOurAddress(value: string, { gateways }: Ours): boolean {
  return gateways.includes(value.replace(/\/v1\/?$/, ''));
}

/** A variable of this shell, where it is set. */
export function fromShell(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  isOurs: (value: string) => boolean,
): Setting[] {
  const value = env[name];
  if (value === undefined) return [];
  return [{ name, subject: name, place: shellPlace, value: new Secret(value), isOurs: isOurs(value) }];
}
