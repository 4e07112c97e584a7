/** What a release is made from. */
export interface Candidate {
  readonly version: string;
  readonly changelog: string;
  /** What `git status --porcelain` says. */
  readonly changes: string;
  /** The tag that asks for the release, where one does. */
  readonly tag: string | undefined;
}

/** What keeps it from being released, in sentences. */
export function whyNotReady({ version, changelog, changes, tag }: Candidate): string[] {
  const problems: string[] = [];
  if (changes.trim() !== '') problems.push(`The tree is not clean:\n${changes.trimEnd()}`);
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) problems.push(`${version} is no version.`);
  if (tag !== undefined && tag !== `v${version}`) {
    problems.push(`The tag is ${tag}, but package.json says ${version}.`);
  }
  const [newest, ...older] = sectionsOf(changelog).filter(({ title }) => title !== '[Unreleased]');
  const heading = `## [${version}] - YYYY-MM-DD`;
  if (newest === undefined || !newest.title.startsWith(`[${version}]`)) {
    const found = older.some(({ title }) => title.startsWith(`[${version}]`));
    problems.push(`CHANGELOG.md needs ${heading} ${found ? 'as its newest version' : 'above its changes'}.`);
  } else {
    if (!/^\[\S+\] - \d{4}-\d{2}-\d{2}$/.test(newest.title))
      problems.push(`CHANGELOG.md has no date: ${heading}`);
    if (!newest.body.includes('\n- ')) problems.push(`CHANGELOG.md says nothing about ${version}.`);
  }
  const unreleased = sectionsOf(changelog).find(({ title }) => title === '[Unreleased]');
  if (unreleased?.body.includes('\n- ')) problems.push('CHANGELOG.md still has changes under [Unreleased].');
  return problems;
}

/** In the form of Keep a Changelog, the newest first. */
function sectionsOf(changelog: string): { title: string; body: string }[] {
  const [, ...sections] = `\n${changelog}`.split('\n## ');
  return sections.map((section) => {
    const [title = '', ...lines] = section.split('\n');
    return { title: title.trim(), body: `\n${lines.join('\n')}` };
  });
}
