import { quoteForPosixShell } from '../quoting.ts';

/** What bash and zsh have in common. */
export const posix = {
  environmentFile: 'env.sh',
  exportLine: (name: string, value: string) => `export ${name}=${quoteForPosixShell(value)}`,
  readingLine: 'if [ -r "$HOME/.megallm/env.sh" ]; then . "$HOME/.megallm/env.sh"; fi',
  knowsBom: false,
  knowsCrLf: false,
  knowsUtf16: false,
} as const;
