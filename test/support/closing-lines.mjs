/**
 * @typedef {object} SkippedGroup
 * @property {string} title
 * @property {string} reason
 * @property {number} tests
 *
 * @typedef {object} Summary
 * @property {number} passed
 * @property {number} failed tests, and with them whatever else failed: files that do not load, hooks, stray errors
 * @property {number} skipped
 * @property {readonly SkippedGroup[]} skippedGroups
 * @property {readonly TrustFamily[]} [trust]
 *
 * @typedef {object} TrustFamily what the trust tests of one family did
 * @property {string} family
 * @property {number} cases
 * @property {number} faults kills that hit, and faults that megallm met
 * @property {number} refused cases that ended in a typed error, with everything as it was
 * @property {number} failed tests that found something lost
 */

/**
 * What `npm test` says at its end: the groups that it skipped, and why; last of all the counts.
 *
 * @param {Summary} summary
 * @param {readonly string[]} problems what went wrong outside of the tests; each counts as a failure
 */
export function closingLines(summary, problems) {
  const groups = summary.skippedGroups.map(
    ({ title, reason, tests }) => `  ${title}: ${reason} (${tests} ${tests === 1 ? 'test' : 'tests'})`,
  );
  const failed = summary.failed + problems.length;
  return [
    ...trustLines(summary.trust ?? []),
    ...(groups.length > 0 ? ['Skipped:', ...groups, ''] : []),
    ...problems.map((problem) => `Failed: ${problem}`),
    `${summary.passed} passed, ${failed} failed, ${summary.skipped} skipped`,
  ];
}

/**
 * @param {readonly TrustFamily[]} families
 * @returns {string[]}
 */
function trustLines(families) {
  if (families.length === 0) return [];
  const total = { family: 'all', ...sums(families) };
  const width = Math.max(...families.map(({ family }) => family.length));
  const number = (/** @type {number | string} */ value) => value.toLocaleString('en').padStart(9);
  const row = (/** @type {TrustFamily} */ { family, cases, faults, refused, failed }) =>
    `  ${family.padEnd(width)}${[cases, faults, refused, failed].map(number).join('')}`;
  const heading = `  ${''.padEnd(width)}${['cases', 'faults', 'refused', 'lost'].map(number).join('')}`;
  return ['Trust:', heading, ...families.map(row), row(total), ''];
}

/** @param {readonly TrustFamily[]} families */
function sums(families) {
  /** @param {'cases' | 'faults' | 'refused' | 'failed'} name */
  const sum = (name) => families.reduce((total, family) => total + family[name], 0);
  return { cases: sum('cases'), faults: sum('faults'), refused: sum('refused'), failed: sum('failed') };
}
