import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryHome } from './temporary-home.ts';

export interface Visit {
  readonly opened: string;
  /** What the browser had in the end, after redirects. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What `open` starts on Linux and macOS: goes where it is told, and writes down what it got. */
const visitor = `#!${process.execPath}
const { renameSync, writeFileSync } = require('node:fs');
const [opened] = process.argv.slice(2);
fetch(opened).then(async (answer) => {
  const visit = { opened, status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
  writeFileSync(__dirname + '/new', JSON.stringify(visit));
  renameSync(__dirname + '/new', __dirname + '/visit');
});
`;

/** A machine with a display and a browser; `env` tells megallm of them. */
export function fakeBrowser() {
  const folder = temporaryHome();
  for (const name of ['xdg-open', 'open']) folder.write(name, visitor, 0o755);
  const path = join(folder.path, 'visit');
  return {
    env: { DISPLAY: ':0', PATH: `${folder.path}:${process.env.PATH}` },
    async visit(): Promise<Visit> {
      for (let attempt = 0; attempt < 400 && !existsSync(path); attempt += 1) await sleep(25);
      return JSON.parse(readFileSync(path, 'utf8'));
    },
  };
}
