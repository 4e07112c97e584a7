import { createHash } from 'node:crypto';
import { maskKeys } from '../secret.ts';

/** What the browser gets that comes back from the service. */
export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly html: string;
}

export function successPage(): Page {
  return draw(200, {
    mark: 'done',
    title: 'You are signed in',
    text: 'megallm has your key and has stored it. You can close this tab and go back to the terminal.',
  });
}

/** `reason` may hold what somebody else wrote. */
export function failurePage(reason: string): Page {
  return draw(400, {
    mark: 'failed',
    title: 'You are not signed in',
    reason,
    text: 'You can close this tab: the terminal says what to do next.',
  });
}

interface Content {
  readonly mark: keyof typeof marks;
  readonly title: string;
  readonly reason?: string;
  readonly text: string;
}

const marks = { done: 'M7 12.5l3.5 3.5L17 9', failed: 'M8 8l8 8M16 8l-8 8' } as const;

const style = `
:root { color-scheme: light dark; --page: #f6f7f8; --card: #fff; --line: #e3e6e9; --text: #15191e; --dim: #5b6570; --done: #157f46; --failed: #c0332b }
@media (prefers-color-scheme: dark) {
  :root { --page: #101316; --card: #181c21; --line: #2a3037; --text: #e9ecef; --dim: #9aa4af; --done: #4cc38a; --failed: #ff7b72 }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; background: var(--page); color: var(--text); font: 16px/1.55 system-ui, sans-serif }
main { width: 100%; max-width: 30rem; padding: 40px; background: var(--card); border: 1px solid var(--line); border-radius: 12px }
svg { display: block; width: 44px; height: 44px; margin: 0 0 20px -2px; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round }
.done { color: var(--done) }
.failed { color: var(--failed) }
h1 { margin: 0 0 8px; font-size: 22px; line-height: 1.3; font-weight: 600 }
p { margin: 8px 0 0; color: var(--dim) }
p.reason { color: var(--text); overflow-wrap: anywhere }
p.name { margin: 0 0 28px; font-size: 14px; letter-spacing: .01em }
`;

function draw(status: number, { mark, title, reason, text }: Content): Page {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · megallm</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<p class="name">MegaLLM</p>
<svg class="${mark}" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="10"/><path d="${marks[mark]}"/></svg>
<h1>${title}</h1>
${reason === undefined ? '' : `<p class="reason">${escapeHtml(maskKeys(reason))}</p>\n`}<p>${text}</p>
</main>
</body>
</html>
`;
  return { status, headers: headers(), html };
}

/** The address in the browser's bar holds the code: it goes nowhere from here, and nothing is loaded. */
function headers(): Record<string, string> {
  const styleHash = createHash('sha256').update(style).digest('base64');
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
