import { describe, expect, it } from 'vitest';
import { describeWith, requirements } from '../support/requirements.ts';
import { Editor } from './files/edited.ts';
import { fishFiles } from './files/fish-files.ts';
import { fishReader } from './files/fish-reader.ts';
import { posixFiles } from './files/posix-files.ts';
import { posixReader } from './files/posix-readers.ts';
import { holdsForAll } from './property.ts';
import { patience } from './scale.ts';

const bash = (environment: string) => posixReader('bash', environment);
const zsh = (environment: string) => posixReader('zsh', environment);
const ownFish = '.config/fish/conf.d/megallm.fish';

const shells = [
  { shell: 'bash', texts: posixFiles, files: ['.bashrc', '.profile'], reader: bash, own: 'env.sh' },
  { shell: 'zsh', texts: posixFiles, files: ['.zshrc'], reader: zsh, own: 'env.sh' },
  { shell: 'fish', texts: fishFiles, files: [ownFish], reader: fishReader, own: 'env.fish' },
] as const;

describe.each(shells)('any startup file, edited, is read', ({ shell, texts, files, reader, own }) => {
  describeWith(requirements[shell], `by ${shell}`, () => {
    it('as before, with our key in it', { timeout: patience }, async () => {
      const editor = await Editor.signedIn();
      await holdsForAll(texts, { count: 60, atOnce: 30 }, async (generated) => {
        const edited = await editor.editAll(
          generated.map((text) => Object.fromEntries(files.map((file) => [file, text]))),
          {
            family: `${shell} startup files`,
            open: ({ locations }) => locations.open(shell, {}),
            replaces: (before) => /MEGALLM_API_KEY[ =]"?old/.test(withoutComments(before[files[0]] ?? '')),
          },
        );
        const read = reader(edited[0]?.after[`.megallm/${own}`] ?? '');
        for (const file of files) {
          const before = await read(edited.map((one) => one.before[file] ?? ''));
          const after = await read(edited.map((one) => one.after[file] ?? ''));
          for (const [index, was] of before.entries()) {
            if (was === undefined) continue;
            const now = after[index];
            expect(now, edited[index]?.after[file]).toEqual({ ...was, key: editor.key });
          }
        }
      });
      editor.expectMostEdited();
    });
  });
});

function withoutComments(text: string): string {
  return text.replace(/^#.*$/gm, '');
}
