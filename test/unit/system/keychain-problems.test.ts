import { expect, it } from 'vitest';
import { problemFrom } from '../../../src/system/keychain-problems.ts';

/** As the binding words them. On Linux they were seen; those of macOS are Security.framework's texts. */
const messages = {
  'no-bus': [
    'Platform failure: DBus error: Failed to connect to socket /nonexistent: No such file or directory',
    'Platform failure: DBus error: Using X11 for dbus-daemon autolaunch was disabled at compile time, set your DBUS_SESSION_BUS_ADDRESS instead',
    'Platform failure: DBus error: Address does not contain a colon',
  ],
  'no-service': [
    'Platform failure: DBus error: The name org.freedesktop.secrets was not provided by any .service files',
  ],
  'no-collection': [
    "Couldn't access platform storage: Secret Service: no result found",
    'Platform failure: A default keychain could not be found. (-25307)',
  ],
  locked: [
    "Couldn't access platform storage: Secret Service: unlock prompt was dismissed",
    "Couldn't access platform storage: User interaction is not allowed.",
    "Couldn't access platform storage: errSecInteractionNotAllowed (-25308)",
    'Platform failure: User canceled the operation. (-128)',
  ],
  frozen: [
    'Platform failure: DBus error: Did not receive a reply. Possible causes include: the remote application did not send a reply, the message bus security policy blocked the reply, the reply timeout expired, or the network connection was broken.',
  ],
  ended: ['Platform failure: DBus error: Message recipient disconnected from message bus without replying'],
  other: ['Platform failure: DBus error: something that nobody has seen yet'],
} as const;

it.each(Object.entries(messages))('%s is told by the message', (id, known) => {
  for (const message of known) expect(problemFrom({ kind: 'error', message }).id, message).toBe(id);
});

it('macOS over SSH is told how to unlock it there', () => {
  expect(problemFrom({ kind: 'error', message: 'User interaction is not allowed. (-25308)' })).toMatchObject({
    message: expect.stringContaining('-25308'),
    hints: expect.arrayContaining(['security unlock-keychain']),
  });
});

it('every problem says what to do', () => {
  for (const message of Object.values(messages).flat()) {
    expect(problemFrom({ kind: 'error', message }).hints.length).toBeGreaterThan(0);
  }
});
