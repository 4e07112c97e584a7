import { readFile } from '../../system/files.ts';
import { jsonProblem } from '../json-members.ts';
import { partsOf } from '../settings-file.ts';

/** What a tool reads there: nothing, where the file is not there or the tool itself could not read it. */
export function readableJson(path: string, lenient: boolean): string {
  const text = readableText(path);
  return jsonProblem(text, lenient) ? '' : text;
}

export function readableText(path: string): string {
  try {
    return partsOf(readFile(path)?.bytes ?? Buffer.alloc(0), path).text;
  } catch {
    return '';
  }
}
