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
    ...(groups.length > 0 ? ['Skipped:', ...groups, ''] : []),
    ...problems.map((problem) => `Failed: ${problem}`),
    `${summary.passed} passed, ${failed} failed, ${summary.skipped} skipped`,
  ];
}
