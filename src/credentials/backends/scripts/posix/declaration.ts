import type { Word } from './characters.ts';
import type { Dialect } from './source.ts';

/** `export`, `declare` and their like. */
export interface Declaration {
  /** The names and assignments, without the options. */
  readonly operands: readonly Word[];
  /** `undefined`: as it was. */
  readonly exported: boolean | undefined;
  /** Whether what is assigned may differ from what is written: numbers, capital letters, references. */
  readonly changesValue: boolean;
  readonly isLocal: boolean;
}

const declarations: Record<Dialect, ReadonlySet<string>> = {
  bash: new Set(['export', 'declare', 'typeset', 'readonly', 'local']),
  zsh: new Set(['export', 'declare', 'typeset', 'readonly', 'local', 'integer', 'float', 'private']),
};

/** Options under which a command declares no variables, or does not assign: functions, printing, patterns, ties. */
const other: Record<Dialect, RegExp> = { bash: /[fFp]/, zsh: /[fpmT+]/ };

/** `undefined` when the words are no declaration, or one that no variable gets a value from. */
export function declarationOf(
  words: readonly Word[],
  scene: { readonly dialect: Dialect; readonly inFunction: boolean },
): Declaration | undefined {
  const name = words[0]?.text ?? '';
  if (!declarations[scene.dialect].has(name)) return undefined;
  if (name === 'local' && scene.dialect === 'bash' && !scene.inFunction) return undefined;
  let [set, cleared] = ['', ''];
  let first = 1;
  for (let text = words[first]?.text; text !== undefined && /^[-+]./.test(text); text = words[first]?.text) {
    first += 1;
    if (text === '--') break;
    if (text.startsWith('-')) set += text.slice(1);
    else cleared += text.slice(1);
  }
  if (other[scene.dialect].test(set)) return undefined;
  const exported = exportedBy(name, set, cleared);
  const isGlobal =
    name === 'export' || set.includes('g') || (scene.dialect === 'zsh' && name !== 'local' && exported);
  return {
    operands: words.slice(first),
    exported,
    changesValue: name === 'integer' || name === 'float' || /[^xgrUhHt]/.test(name === 'export' ? '' : set),
    isLocal: scene.inFunction && !isGlobal,
  };
}

function exportedBy(name: string, set: string, cleared: string): boolean | undefined {
  if (cleared.includes('x')) return false;
  if (name === 'export') return !set.includes('n');
  return set.includes('x') ? true : undefined;
}
