import { expect, it } from 'vitest';
import { webAddress } from '../../../src/system/browser.ts';

it.each([
  ['https://megallm.io/activate?user_code=A', 'https://megallm.io/activate?user_code=A'],
  ['http://127.0.0.1:4777/device', 'http://127.0.0.1:4777/device'],
  ['http://localhost/d', 'http://localhost/d'],
  // What PowerShell would take for quotes, and what a terminal would take for a command.
  [
    'https://example.com/‘;calc;’?q=‘\u001b[2J',
    'https://example.com/%E2%80%98;calc;%E2%80%99?q=%E2%80%98%1B[2J',
  ],
])('sends a person to %s', (text, href) => {
  expect(webAddress(text)?.href).toBe(href);
});

it.each([
  'http://example.com/',
  'javascript:alert(1)',
  'file:///etc/passwd',
  'ms-settings:',
  'https://user:password@example.com/',
  'https://megallm.io@example.com/',
  '-a Calculator',
  '/usr/bin/true',
  '',
])('sends nobody to %j', (text) => {
  expect(webAddress(text)).toBeUndefined();
});
