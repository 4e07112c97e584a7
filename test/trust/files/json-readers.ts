import ts from 'typescript';
import { systemPython } from '../../support/requirements.ts';
import { type Read, readerByProgram } from './readers.ts';

const python = `
import json, sys
def read(name):
    try: return json.loads(open(name, "rb").read().decode("utf-8-sig"))
    except ValueError: return None
print(json.dumps([read(str(n)) for n in range(int(sys.argv[1]))]))
`;

export const pythonJson: Read = readerByProgram(systemPython, ['-c', python]);

/** JSON with comments, as TypeScript reads a tsconfig.json: another parser than the one that OpenCode and megallm use. */
export const typescriptJsonc: Read = async (texts) =>
  texts.map((text) => {
    const { config, error } = ts.parseConfigFileTextToJson(
      'x',
      Buffer.from(text, 'latin1')
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    );
    return error === undefined ? config : undefined;
  });
