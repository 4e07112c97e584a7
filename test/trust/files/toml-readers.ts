import { systemPython } from '../../support/requirements.ts';
import { type Read, readerByProgram } from './readers.ts';

/** Dates have no JSON; `repr` tells them apart. */
const python = `
import json, sys, tomllib
def read(name):
    try: return tomllib.loads(open(name, "rb").read().decode("utf-8-sig"))
    except ValueError: return None
print(json.dumps([read(str(n)) for n in range(int(sys.argv[1]))], default=repr))
`;

export const pythonToml: Read = readerByProgram(systemPython, ['-c', python]);
