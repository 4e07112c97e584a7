import { describe, expect, it } from 'vitest';
import { drawDiff, summarize } from '../../../src/changes/diff.ts';
import type { FileEdit, Plan } from '../../../src/changes/plan.ts';

const key = `sk-mega-${'0123456789abcdef'.repeat(4)}`;

function planOf(before: string | undefined, after: string | undefined): Plan {
  const bytes = (text: string | undefined) => (text === undefined ? undefined : Buffer.from(text, 'latin1'));
  const edit: FileEdit = {
    kind: 'file',
    path: '/x/.env',
    before: bytes(before),
    after: bytes(after),
    mode: 0o600,
    folders: [],
  };
  return { edits: [edit] };
}

describe('drawDiff', () => {
  it('shows our lines alone, with their numbers and the key masked', () => {
    const diff = drawDiff(planOf('A=hunter2\n', `A=hunter2\nMEGALLM_API_KEY=${key}\n`));
    expect(diff).toBe('change /x/.env\n+    2  MEGALLM_API_KEY=sk-mega-0123…cdef\n');
  });

  it('lets no name of a file drive the terminal', () => {
    const { edits } = planOf('A=1\n', 'A=1\n');
    const diff = drawDiff({
      edits: edits.map((edit) => ({ ...edit, path: '/x\u001b]0;hi\u0007/.env' })) as Plan['edits'],
    });
    expect(diff).toContain('change /x]0;hi/.env');
  });

  it('hides the value of a secret of somebody else that gives way', () => {
    const diff = drawDiff(planOf("OPENAI_API_KEY='sk-proj-hunter2'\n", `OPENAI_API_KEY=${key}\n`));
    expect(diff).not.toContain('hunter2');
  });

  it('holds no key in the form for --json either', () => {
    expect(JSON.stringify(summarize(planOf(undefined, `export K='${key}'\n`)))).not.toContain(key.slice(20));
  });

  it('passes no control character on', () => {
    expect(drawDiff(planOf('', '\x1b[2JK=1\n'))).not.toContain('\x1b');
  });
});
