import { Secret } from '../secret.ts';
import { exportedVariables, type Wanted } from './exported.ts';
import { keyVariable } from './key.ts';
import { referencesTo } from './references.ts';

/** The forms that name the key and do not hold it, for files that are shared. */
const writers: Readonly<Record<string, (references: ReadonlyMap<string, string>) => string>> = {
  compose: (references) => {
    const items = [...references].map(([name, value]) => `  - ${name}=${value}\n`);
    return `environment:\n${items.join('')}`;
  },
  dockerfile,
};

export const referenceFormats: readonly string[] = Object.keys(writers);

/** The variables in such a form, and each with what stands in for its value. */
export function formatReferences(wanted: Wanted, format: string): { text: string; data: object } {
  const references = referencesTo(exportedVariables(new Secret(''), wanted));
  return { text: writers[format]?.(references) ?? '', data: Object.fromEntries(references) };
}

/**
 * What a build needs the key for gets it as a build secret, which no layer keeps
 * (https://docs.docker.com/build/building/secrets/); what runs later gets it when it is run.
 */
function dockerfile(references: ReadonlyMap<string, string>): string {
  const keys = [...references].filter(([, value]) => value === `\${${keyVariable}}`).map(([name]) => name);
  const plain = [...references].filter(([name]) => !keys.includes(name));
  const assignments = keys.map((name) => `${name}="$(cat /run/secrets/${keyVariable})"`);
  return [
    ...plain.map(([name, value]) => `ENV ${name}=${value.replaceAll('$$', '\\$')}`),
    '# For a step of the build; no layer keeps it:',
    `#   docker build --secret id=${keyVariable},env=${keyVariable} .`,
    `RUN --mount=type=secret,id=${keyVariable} \\`,
    ...assignments.map((assignment) => `    ${assignment} \\`),
    '    sh -c \'echo "put the command that needs the key here"\'',
    '# For what runs in the container:',
    `#   docker run --env ${keyVariable} IMAGE`,
    '# Instead of all that, many guides have the next line. With an ARG of that name it writes the key itself into the image,',
    '# for everybody to read who has the image (docker history --no-trunc); without one it sets nothing.',
    `# ENV ${keyVariable}=\${${keyVariable}}`,
    '',
  ].join('\n');
}
