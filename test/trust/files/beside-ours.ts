type Members = Readonly<Record<string, unknown>>;

/** What stands in a settings file without ours: what is at `paths` and was not before, and what that leaves empty. */
export function besideOurs(after: unknown, before: unknown, paths: readonly (readonly string[])[]): unknown {
  return paths.reduce<unknown>((rest, path) => without(rest, before, path), after);
}

function without(value: unknown, before: unknown, [name = '', ...path]: readonly string[]): unknown {
  if (!isObject(value) || !(name in value)) return value;
  const was = isObject(before) ? before[name] : undefined;
  const { [name]: inner, ...others } = value;
  if (path.length === 0) return was === undefined ? others : value;
  const rest = without(inner, was, path);
  return was === undefined && isObject(rest) && Object.keys(rest).length === 0
    ? others
    : { ...value, [name]: rest };
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
