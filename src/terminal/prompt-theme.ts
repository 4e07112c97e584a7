import type { OnEscape } from './questions.ts';
import type { Theme } from './theme.ts';

/** How the prompts of @inquirer/prompts look: in our colours, or none, with the characters that the terminal has. */
export function promptTheme({ colour, unicode }: Theme, onEscape: OnEscape) {
  const plain = (text: string) => text;
  const [accent, strong, faint, good, bad] = [
    colour?.cyan ?? plain,
    colour?.bold ?? plain,
    colour?.dim ?? plain,
    colour?.green ?? plain,
    colour?.red ?? plain,
  ];
  const keys: Readonly<Record<string, string>> = unicode ? {} : { '↑↓': 'up/down', '⏎': 'enter' };
  return {
    prefix: { idle: accent('?'), done: good(unicode ? '✓' : 'ok') },
    icon: {
      checked: `[${accent('x')}]`,
      unchecked: '[ ]',
      cursor: accent(unicode ? '❯' : '>'),
    },
    style: {
      answer: accent,
      message: strong,
      error: (text: string) => bad(`! ${text}`),
      defaultAnswer: (text: string) => faint(`(${text})`),
      help: faint,
      highlight: plain,
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
