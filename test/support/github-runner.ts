/** What GitHub's runner makes of a step: the variables that its `$GITHUB_ENV` file sets, and its log, masked. */
export function variablesOf(file: string): Record<string, string> {
  const variables: Record<string, string> = {};
  const lines = file.split('\n');
  if (lines.at(-1) === '') lines.pop();
  while (lines.length > 0) {
    const line = lines.shift() ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      if (equals === 0) throw new Error(`Invalid format: ${line}`);
      variables[line.slice(0, equals)] = line.slice(equals + 1);
    } else if (heredoc > 0 && line.length > heredoc + 2) {
      const end = lines.indexOf(line.slice(heredoc + 2));
      if (end < 0) throw new Error(`Invalid value. Matching delimiter not found: ${line}`);
      variables[line.slice(0, heredoc)] = lines
        .splice(0, end + 1)
        .slice(0, -1)
        .join('\n');
    } else {
      throw new Error(`Invalid format: ${line}`);
    }
  }
  return variables;
}

/** The log as people see it: commands are carried out and not shown, and what was masked before a line is masked in it. */
export function logOf(output: string): string {
  const masks: string[] = [];
  const shown = output.split('\n').flatMap((line) => {
    const mask = /^::add-mask::(.+)$/.exec(line.trimStart());
    if (!mask) return [masks.reduce((text, secret) => text.replaceAll(secret, '***'), line)];
    masks.push((mask[1] ?? '').replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%'));
    return [];
  });
  return shown.join('\n');
}
