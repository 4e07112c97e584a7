export interface Model {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
}

const known: readonly (readonly [id: string, owner: string])[] = [
  ['gpt-4', 'openai'],
  ['gpt-4o', 'openai'],
  ['gpt-5', 'openai'],
  ['claude-3.5-sonnet', 'anthropic'],
  ['claude-sonnet-4-5-20250929', 'anthropic'],
  ['claude-haiku-4-5-20251001', 'anthropic'],
  ['gemini-2.5-pro', 'google'],
  ['text-embedding-3-small', 'openai'],
];

/** `count` models: those that people know first, then made-up ones. */
export function makeModels(count: number = known.length): Model[] {
  return Array.from({ length: count }, (_, index) => {
    const [id, owned_by] = known[index] ?? [`sandbox-model-${index + 1}`, 'sandbox'];
    return { id, object: 'model', created: 1_735_689_600, owned_by };
  });
}
