import type { OnEscape } from './questions.ts';
import type { Theme } from './theme.ts';

/** How the prompts of @inquirer/prompts look: in our colours, or none, with the characters that the terminal has. */
export function promptTheme({ colour, unicode }: Theme, onEscape: OnEscape) {
  // The prompts hand over more than the text, and chalk would draw all of it.
  const styled = (style: 'cyan' | 'bold' | 'dim' | 'green' | 'red') => (text: string) =>
    colour ? colour[style](text) : text;
  const accent = styled('cyan');
  const faint = styled('dim');
  const keys: Readonly<Record<string, string>> = unicode ? {} : { '↑↓': 'up/down', '⏎': 'enter' };
  return {
    prefix: { idle: accent('?'), done: styled('green')(unicode ? '✓' : 'ok') },
    icon: {
      checked: `[${accent('x')}]`,
      unchecked: '[ ]',
      cursor: accent(unicode ? '❯' : '>'),
    },
    style: {
      answer: accent,
      message: styled('bold'),
      error: (text: string) => styled('red')(`! ${text}`),
      defaultAnswer: (text: string) => faint(`(${text})`),
      help: faint,
      highlight: (text: string) => text,
      key: (text: string) => accent(`<${text}>`),
      description: (text: string) => faint(`  ${text}`),
      keysHelpTip: (tips: [key: string, action: string][]) =>
        faint(
          [...tips, ...(onEscape === 'go-back' ? [['esc', 'back']] : [])]
            .map(([key = '', action]) => `${keys[key] ?? key} ${action}`)
            .join(', '),
        ),
      renderSelectedChoices: (chosen: readonly { short: string }[]) =>
        chosen.length > 0 ? chosen.map(({ short }) => short).join(', ') : 'nothing',
    },
  };
}
