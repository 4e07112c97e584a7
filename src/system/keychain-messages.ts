/** What the parent asks of the keychain process, and what it answers: one JSON document each way. */
export type Request =
  | { readonly call: 'read' | 'remove'; readonly account: string }
  | { readonly call: 'write' | 'probe'; readonly account: string; readonly value: string };

export type Answer =
  | { readonly kind: 'value'; readonly value: string | null }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'no-binding' | 'unloadable'; readonly message: string };
