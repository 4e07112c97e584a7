import fc from 'fast-check';
import { laidOut, layouts } from './layouts.ts';

/** Startup files end anywhere and do anything; what these do can be seen in variables, aliases and functions. */
const pieces = fc.constantFrom(
  '# a note with a \'quote and a "quote',
  '',
  'A=1',
  'export A="two words"',
  "B='it is $HOME'",
  'export PATH="/x:$PATH"',
  'A="two\nlines"',
  "B='\nexport MEGALLM_API_KEY=inside\n'",
  'B="\n# >>> megallm >>>\n# <<< megallm <<<\n"',
  "C=$(cat <<'X'\nexport MEGALLM_API_KEY=here\nX\n)",
  'cat > /dev/null <<X\n# >>> megallm >>>\n$A\n# <<< megallm <<<\nX',
  'cat > /dev/null <<-\\X\n\tMEGALLM_API_KEY=here\n\tX',
  'A=one; export B=$A \\\n  C=three',
  '# export MEGALLM_API_KEY=old',
  'alias ll="ls -l"',
  'alias q=\'echo "$A"\'',
  'f() {\n  export MEGALLM_API_KEY=function\n}',
  'function g {\n  echo "$A" # }\n}',
  'if [ -n "$A" ]; then\n  B=set\nelse\n  B=unset\nfi',
  'case $- in\n  *i*) ;;\n  *) C=plain ;;\nesac',
  'for each in 1 2; do A="$A$each"; done',
  'while false; do :; done',
  '[ -f ~/.none ] && . ~/.none',
  'A=$((1 + 2)) B=`echo back`',
  "C=$'tab\\there'",
  'A=caf\xc3\xa9',
  'B=\xe9\xff',
  'MEGALLM_API_KEY_OLD=1 XMEGALLM_API_KEY=2',
  'MEGALLM_API_KEY=prefix true',
  'echo MEGALLM_API_KEY=argument > /dev/null',
  '(MEGALLM_API_KEY=subshell)',
  '\tC=tabbed\t# note',
);

const early = fc.constantFrom('return', '[ -z "$NEVER" ] && return 0', 'case $- in *i*) ;; *) return;; esac');
const shebangs = fc.constantFrom([], [], [], ['#!/bin/bash'], ['#!/bin/sh\r']);
const ours = fc.constantFrom(
  'export MEGALLM_API_KEY=old',
  'MEGALLM_API_KEY="old" # mine',
  'true; export MEGALLM_API_KEY=old; A=after',
  'export A=1 MEGALLM_API_KEY=old B=2',
  'export \\\n  MEGALLM_API_KEY=old',
);

/** `.bashrc` and `.zshrc` as people have them, and some that nobody should have. */
export const posixFiles: fc.Arbitrary<string> = fc
  .record({
    shebang: shebangs,
    lines: fc.array(
      fc.oneof(
        { weight: 16, arbitrary: pieces },
        { weight: 1, arbitrary: early },
        { weight: 1, arbitrary: ours },
      ),
      { maxLength: 10 },
    ),
    layout: layouts,
  })
  .map(({ shebang, lines, layout }) => {
    const kept = layout.newline === '\n' ? lines : lines.filter((line) => !isCompound.test(line));
    return laidOut([...shebang, ...kept], layout);
  });

/** With a carriage return behind its last word such a thing never ends: the shell gives the file up. */
const isCompound = /\n|\b(?:done|esac)$/;
