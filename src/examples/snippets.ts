import { quoteForPosixShell } from '../credentials/backends/quoting.ts';

/** What a snippet depends on. */
export interface Setup {
  /** The gateway, without `/v1`. */
  readonly gateway: string;
  /** The variables that programs find here beside the key's own: an SDK that has its own needs no more. */
  readonly variables: readonly string[];
}

export type Language = 'python' | 'node' | 'shell';

export interface Snippet {
  /** What to install first; empty where nothing is needed. */
  readonly install: string;
  readonly code: string;
}

type Draw = (setup: Setup) => Snippet;

/** By SDK and language; curl is the same in all of them. The models are those of MegaLLM's own documentation. */
export const snippets = {
  openai: {
    python: (setup) => ({
      install: 'pip install openai',
      code: `${pythonHead(setup, 'OPENAI', 'from openai import OpenAI')}
client = OpenAI(${pythonSettings(setup, 'OPENAI', '/v1')})
response = client.chat.completions.create(
    model="gpt-4",
    messages=[{"role": "user", "content": "Hello!"}],
)
print(response.choices[0].message.content)
`,
    }),
    node: (setup) => ({
      install: 'npm install openai',
      code: `import OpenAI from 'openai';

const client = new OpenAI(${nodeSettings(setup, 'OPENAI', '/v1')});
const response = await client.chat.completions.create({
  model: 'gpt-4',
  messages: [{ role: 'user', content: 'Hello!' }],
});
console.log(response.choices[0].message.content);
`,
    }),
  },
  anthropic: {
    python: (setup) => ({
      install: 'pip install anthropic',
      code: `${pythonHead(setup, 'ANTHROPIC', 'from anthropic import Anthropic')}
client = Anthropic(${pythonSettings(setup, 'ANTHROPIC', '')})
message = client.messages.create(
    model="claude-3.5-sonnet",
    max_tokens=100,
    messages=[{"role": "user", "content": "Hello!"}],
)
print(message.content[0].text)
`,
    }),
    node: (setup) => ({
      install: 'npm install @anthropic-ai/sdk',
      code: `import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic(${nodeSettings(setup, 'ANTHROPIC', '')});
const message = await client.messages.create({
  model: 'claude-3.5-sonnet',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Hello!' }],
});
console.log(message.content[0].text);
`,
    }),
  },
  langchain: {
    python: (setup) => ({
      install: 'pip install langchain-openai',
      code: `${pythonHead(setup, 'OPENAI', 'from langchain_openai import ChatOpenAI')}
llm = ChatOpenAI(${[pythonSettings(setup, 'OPENAI', '/v1'), 'model="gpt-4"'].filter(Boolean).join(', ')})
print(llm.invoke("Hello!").content)
`,
    }),
    node: (setup) => ({
      install: 'npm install @langchain/openai @langchain/core',
      code: `import { ChatOpenAI } from '@langchain/openai';

const llm = new ChatOpenAI({
  model: 'gpt-4',${
    has(setup, 'OPENAI')
      ? ''
      : `
  apiKey: process.env.MEGALLM_API_KEY,
  configuration: { baseURL: ${quoted(`${setup.gateway}/v1`, JSON.stringify, "'")} },`
  }
});
const response = await llm.invoke('Hello!');
console.log(response.content);
`,
    }),
  },
  curl: {
    // The header comes by stdin: others could read the key in curl's arguments.
    shell: ({ gateway }) => ({
      install: '',
      code: `printf 'Authorization: Bearer %s' "$MEGALLM_API_KEY" |
  curl --silent --show-error --fail-with-body -H @- -H 'Content-Type: application/json' \\
    -d '{"model": "gpt-4", "messages": [{"role": "user", "content": "Hello!"}]}' \\
    ${quoted(`${gateway}/v1/chat/completions`, quoteForPosixShell)}
`,
    }),
  },
} as const satisfies Record<string, Partial<Record<Language, Draw>>>;

function has({ variables }: Setup, prefix: 'OPENAI' | 'ANTHROPIC'): boolean {
  return [`${prefix}_API_KEY`, `${prefix}_BASE_URL`].every((name) => variables.includes(name));
}

function pythonHead(setup: Setup, prefix: 'OPENAI' | 'ANTHROPIC', imports: string): string {
  return has(setup, prefix) ? `${imports}\n` : `import os\n\n${imports}\n`;
}

function pythonSettings(setup: Setup, prefix: 'OPENAI' | 'ANTHROPIC', path: string): string {
  if (has(setup, prefix)) return '';
  return `base_url=${JSON.stringify(setup.gateway + path)}, api_key=os.environ["MEGALLM_API_KEY"]`;
}

function nodeSettings(setup: Setup, prefix: 'OPENAI' | 'ANTHROPIC', path: string): string {
  if (has(setup, prefix)) return '';
  return `{ baseURL: ${quoted(setup.gateway + path, JSON.stringify, "'")}, apiKey: process.env.MEGALLM_API_KEY }`;
}

/** Plain text as people write it; what a language could take for more, by its own rules. */
function quoted(text: string, quote: (text: string) => string, usual = ''): string {
  return /^[\w:/.[\]-]+$/.test(text) ? usual + text + usual : quote(text);
}
