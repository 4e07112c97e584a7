import type { Answer } from './keychain-messages.ts';

/** Why the keychain could not be used, and what to do about it. */
export interface KeychainProblem {
  readonly id:
    | 'no-bus'
    | 'no-service'
    | 'no-collection'
    | 'locked'
    | 'waiting'
    | 'frozen'
    | 'ended'
    | 'crashed'
    | 'no-binding'
    | 'forgetful'
    | 'too-long'
    | 'other';
  /** There is no keychain, rather than one that does not work now. */
  readonly absent: boolean;
  readonly message: string;
  readonly hints: readonly string[];
}

const orPlainText = 'Or keep the key in a plain-text file that only you can read: add --insecure-storage';

export const problems = {
  noBus: {
    id: 'no-bus',
    absent: true,
    message: 'There is no keychain here: no D-Bus session is running.',
    hints: [
      'Run the command in a desktop session, or under dbus-run-session with a Secret Service.',
      orPlainText,
    ],
  },
  noService: {
    id: 'no-service',
    absent: true,
    message: 'There is no keychain here: nothing provides the Secret Service.',
    hints: ['Install and start one, such as gnome-keyring or KWallet.', orPlainText],
  },
  noCollection: {
    id: 'no-collection',
    absent: true,
    message: 'The Secret Service has no default keyring to keep a key in.',
    hints: [
      'Create one, for example with Seahorse (Passwords and Keys), or log in to the desktop once.',
      orPlainText,
    ],
  },
  locked: {
    id: 'locked',
    absent: false,
    message: 'The keychain is locked.',
    hints: ['Unlock it (on a desktop, log in or open its password manager) and try again.', orPlainText],
  },
  /** errSecInteractionNotAllowed: macOS may not show its dialog, over SSH for example. */
  lockedWithoutDialog: {
    id: 'locked',
    absent: false,
    message: 'The keychain is locked, and macOS may not ask for its password here (-25308).',
    hints: ['security unlock-keychain', orPlainText],
  },
  waiting: {
    id: 'waiting',
    absent: false,
    message: 'The keychain waits for a person to unlock it, and nobody did in time.',
    hints: ['Run the command where you can answer its dialog, or unlock the keychain first.', orPlainText],
  },
  frozen: {
    id: 'frozen',
    absent: false,
    message: 'The keychain service does not answer.',
    hints: ['Restart it (for example: gnome-keyring-daemon --replace), or log in again.', orPlainText],
  },
  ended: {
    id: 'ended',
    absent: false,
    message: 'The keychain service ended while it was asked.',
    hints: ['Start it again (for example: gnome-keyring-daemon --start), or log in again.', orPlainText],
  },
  crashed: {
    id: 'crashed',
    absent: false,
    message: 'The keychain could not be asked: the process that does so crashed.',
    hints: ['Try again; if it stays so, please report it with the output of megallm doctor.', orPlainText],
  },
  noBinding: {
    id: 'no-binding',
    absent: true,
    message: 'This installation of megallm has no keychain support: an optional part is missing.',
    hints: ['Install it again without --omit=optional: npm install -g megallm', orPlainText],
  },
  unloadable: {
    id: 'no-binding',
    absent: true,
    message: 'This system cannot load the part of megallm that asks the keychain.',
    hints: [
      'It may be installed for another system or be too new for this one; to install it afresh: npm install -g megallm',
      orPlainText,
    ],
  },
  forgetful: {
    id: 'forgetful',
    absent: false,
    message: 'The keychain took the key, but gives something else back.',
    hints: ['Look at the entries of the service megallm in your keychain.', orPlainText],
  },
} as const satisfies Record<string, KeychainProblem>;

/** Longer than the keychain takes, however it is. */
export function tooLong(limit: number): KeychainProblem {
  return {
    id: 'too-long',
    absent: false,
    message: `The key is longer than the ${limit} characters that this keychain takes.`,
    hints: ['Check that it is a key, and one alone.', orPlainText],
  };
}

/**
 * The binding gives every failure one code, so that only its message tells them apart: D-Bus's own error texts, those
 * of the Secret Service client, and the codes of Apple's SecBase.h.
 */
const byMessage: readonly (readonly [RegExp, KeychainProblem])[] = [
  [/ServiceUnknown|not provided by any|was not activatable|NameHasNoOwner/i, problems.noService],
  [/no result found|no default collection|No such object|UnknownObject|-25307/i, problems.noCollection],
  [/disconnected from message bus|Connection (is closed|was disconnected)/i, problems.ended],
  [/Did not receive a reply|NoReply|timed? ?out/i, problems.frozen],
  [/-25308|interaction is not allowed/i, problems.lockedWithoutDialog],
  [/\blocked\b|dismissed|IsLocked|-128\b|cancell?ed/i, problems.locked],
  [/Failed to connect to socket|autolaunch|DBUS_SESSION_BUS_ADDRESS|contain a colon/i, problems.noBus],
];

export function problemFrom(answer: Exclude<Answer, { kind: 'value' }>): KeychainProblem {
  if (answer.kind === 'no-binding') return problems.noBinding;
  if (answer.kind === 'unloadable') return problems.unloadable;
  const known = byMessage.find(([pattern]) => pattern.test(answer.message));
  if (known) return known[1];
  return {
    id: 'other',
    absent: false,
    message: `The keychain refused: ${answer.message}`,
    hints: [orPlainText],
  };
}
