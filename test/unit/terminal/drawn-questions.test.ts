import { screen } from '@inquirer/testing/vitest';
import { Chalk } from 'chalk';
import { expect, it } from 'vitest';
import { DrawnQuestions } from '../../../src/terminal/drawn-questions.ts';
import { type OnEscape, WentBack } from '../../../src/terminal/questions.ts';
import type { Theme } from '../../../src/terminal/theme.ts';

const plainTheme: Theme = { colour: undefined, unicode: true, width: 80 };
const tools = [
  { value: 'zsh', label: 'zsh', detail: 'new terminals see the key', ticked: true },
  { value: 'codex', label: 'Codex', detail: 'the service does not serve it', ticked: false },
];

function questions(theme: Partial<Theme> = {}, onEscape: OnEscape = 'stay'): DrawnQuestions {
  const stderr = { rows: 24 };
  const streams = { stdin: screen.input, stderr } as unknown as ConstructorParameters<
    typeof DrawnQuestions
  >[0];
  return new DrawnQuestions(streams, { ...plainTheme, ...theme }, onEscape);
}

it('ticks what is ticked to begin with, and what the space bar changes', async () => {
  const answer = questions().tick('What should use it?', tools);
  expect(screen.getScreen()).toBe(
    [
      '? What should use it?',
      '❯[x] zsh    new terminals see the key',
      ' [ ] Codex  the service does not serve it',
      '',
      '↑↓ navigate, space select, a all, i invert, ⏎ submit',
    ].join('\n'),
  );
  screen.keypress('space');
  screen.keypress('down');
  screen.keypress('space');
  screen.keypress('enter');
  expect(await answer).toEqual(['codex']);
  expect(screen.getScreen()).toBe('✓ What should use it? Codex');
});

it('chooses one', async () => {
  const answer = questions().choose('Which?', tools);
  screen.keypress('down');
  screen.keypress('enter');
  expect(await answer).toBe('codex');
});

it('has its details below the list where the terminal is narrow', async () => {
  const answer = questions({ width: 40 }).tick('What?', tools);
  expect(screen.getScreen()).toContain('❯[x] zsh\n [ ] Codex\n');
  expect(screen.getScreen()).toContain('\n  new terminals see the key\n');
  screen.keypress('enter');
  await answer;
});

it('draws with ASCII alone where the terminal has no more', async () => {
  const answer = questions({ unicode: false }, 'go-back').tick('What?', tools);
  expect(screen.getScreen()).toMatch(/^[\x20-\x7e\n]+$/);
  screen.keypress('enter');
  expect(await answer).toEqual(['zsh']);
  expect(screen.getScreen()).toMatch(/^[\x20-\x7e\n]+$/);
});

it.each(['confirm', 'choose', 'tick', 'secret'] as const)(
  '%s has colours where they are wanted, and nowhere else',
  async (ask) => {
    for (const colour of [undefined, new Chalk({ level: 1 })]) {
      const answer = questions({ colour })[ask]('What?', tools);
      expect(/\x1b\[[1-9]\d*m/.test(screen.getScreen({ raw: true }))).toBe(colour !== undefined);
      expect(screen.getScreen()).toMatch(/^\? What\?( \(y\/N\))?\s*$/m);
      screen.keypress('enter');
      await answer;
      screen.clear();
    }
  },
);

it('never shows a secret', async () => {
  const answer = questions().secret('Paste it');
  screen.type('sk-mega-0123456789abcdef');
  screen.keypress({ name: 't', ctrl: true });
  expect(screen.getScreen()).not.toContain('sk-mega');
  screen.keypress('enter');
  expect(await answer).toBe('sk-mega-0123456789abcdef');
});

it('goes back on Esc in a series of questions, and nowhere else', async () => {
  const back = questions({}, 'go-back').confirm('Sure?');
  expect(screen.getScreen()).toContain('Sure?');
  screen.keypress('escape');
  await expect(back).rejects.toThrow(WentBack);
  const stays = questions().confirm('Sure?');
  screen.keypress('escape');
  screen.type('y');
  screen.keypress('enter');
  expect(await stays).toBe(true);
});
