/**
 * Behind `npm run test:trust`: the trust tests alone, at ten times the scale that they have in `npm test`.
 * Arguments go to vitest: `npm run test:trust -- dotenv`. TRUST_SCALE=100 does ten times as much again; TRUST_SEED=N
 * begins the properties where a failure that printed N did.
 */
process.env.TRUST_SCALE ??= '10';
if (!process.argv.slice(2).some((argument) => !argument.startsWith('-'))) process.argv.push('test/trust');

await import('../run.mjs');
