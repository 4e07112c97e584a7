import { basename } from 'node:path';
import { maskKeys } from '../secret.ts';
import type { Patient } from './check.ts';

/**
 * Takes out of a document what tells who somebody is: keys, the home, names, e-mail addresses, proxy passwords.
 * `organisations`: those that the service names beside the profile's own.
 */
export function redactFor(
  { machine, profile, profileName }: Patient,
  organisations: readonly string[],
): <T>(document: T) => T {
  const { env, home } = machine;
  const words: [string, string][] = [
    [home, '~'],
    ...[env.USER, env.LOGNAME, env.USERNAME, basename(home)].map((name): [string, string] => [
      name ?? '',
      'USER',
    ]),
    [env.HOSTNAME ?? '', 'HOST'],
    [profileName === 'default' ? '' : profileName, 'PROFILE'],
    ...[profile.organisation?.name, ...organisations].map((name): [string, string] => [
      name ?? '',
      'ORGANISATION',
    ]),
  ];
  const patterns = words
    .filter(([word]) => word.length > 2)
    .map(([word, instead]) => ({ pattern: wordLike(word), instead }));
  const clean = (text: string) => {
    const named = patterns.reduce((rest, { pattern, instead }) => rest.replace(pattern, instead), text);
    return maskKeys(named).replace(eMail, 'EMAIL').replace(credentialsInUrl, '$1…@');
  };
  return (document) =>
    JSON.parse(JSON.stringify(document), (_, value) => (typeof value === 'string' ? clean(value) : value));
}

const eMail = /[\w.+-]+@[\w-]+(\.[\w-]+)+/g;
const credentialsInUrl = /(:\/\/)[^/@\s]+@/g;

function wordLike(word: string): RegExp {
  const literal = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, 'gu');
}
