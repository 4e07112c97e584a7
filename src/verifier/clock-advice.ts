/** How far this machine's clock may be off before it is worth a word, and before certificates and sign-ins break: seconds. */
const [notable, harmful] = [60, 86_400];

export interface ClockAdvice {
  /** Half a sentence: `2 hours fast`. */
  readonly off: string;
  readonly breaksThings: boolean;
  readonly hints: readonly string[];
}

/** What to tell a person about the clock; `undefined` where it is right. `skew`: our time minus the service's, in seconds. */
export function adviseOnClock(skew: number, platform: NodeJS.Platform): ClockAdvice | undefined {
  if (Math.abs(skew) <= notable) return undefined;
  return { off: clockOff(skew), breaksThings: Math.abs(skew) >= harmful, hints: howToSetClock(platform) };
}

export function clockOff(skew: number): string {
  return `${inWords(Math.abs(skew))} ${skew > 0 ? 'fast' : 'slow'}`;
}

export function howToSetClock(platform: NodeJS.Platform): readonly string[] {
  return [commands[platform] ?? 'Set the clock by network time (NTP).'];
}

const commands: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'sudo timedatectl set-ntp true',
  darwin: 'sudo sntp -sS time.apple.com',
  win32: 'w32tm /resync   (in a terminal that runs as administrator)',
};

/** A duration as people say it, in the largest unit that keeps it exact enough. */
export function inWords(seconds: number): string {
  if (seconds < 120) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  if (seconds < 7200) return `${Math.ceil(seconds / 60)} minutes`;
  if (seconds < 172_800) return `${Math.ceil(seconds / 3600)} hours`;
  return `${Math.ceil(seconds / 86_400)} days`;
}
