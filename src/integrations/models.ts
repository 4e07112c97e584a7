/** The first model that fits the first pattern that any fits; `undefined` when none does. */
export function preferredModel(models: readonly string[], patterns: readonly RegExp[]): string | undefined {
  for (const pattern of patterns) {
    const found = models.find((model) => pattern.test(model));
    if (found) return found;
  }
  return undefined;
}

/** Those that can be talked to. */
export function chatModels(models: readonly string[]): string[] {
  return models.filter((model) => !/embed|whisper|tts|dall-e|moderation/i.test(model));
}
