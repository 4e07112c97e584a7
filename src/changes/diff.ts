import { maskKeys } from '../secret.ts';
import { placeOf } from './apply.ts';
import type { Edit, FileEdit, Plan } from './plan.ts';
import { splicesBetween } from './splices.ts';

/** What an edit does, as it may be shown: our own lines alone, and no value that may be a secret. */
export interface EditSummary {
  readonly kind: Edit['kind'];
  readonly place: string;
  readonly action: 'create' | 'change' | 'remove';
  readonly lines: readonly DiffLine[];
}

export interface DiffLine {
  readonly sign: '+' | '-';
  /** In the version that the line belongs to, counted from 1; 0 for what is no line of the file. */
  readonly line: number;
  readonly text: string;
}

export function summarize(plan: Plan): EditSummary[] {
  const places = new Map<string, EditSummary>();
  for (const edit of plan.edits) {
    const copy = edit.kind === 'file' ? edit.partOf : undefined;
    const lines = copy === undefined ? linesOf(edit) : [];
    const place = copy ?? placeOf(edit);
    const key = copy ?? String(places.size);
    if (!places.has(key)) places.set(key, { kind: edit.kind, place, action: actionOf(edit), lines });
  }
  return [...places.values()];
}

/** One paragraph for each edit, in the manner of a unified diff without context; our own records go without saying. */
export function drawDiff(plan: Plan): string {
  const shown = summarize(plan).filter(({ kind }) => kind !== 'record');
  return shown.map(drawEdit).join('');
}

function drawEdit({ place, action, lines }: EditSummary): string {
  const body = lines.map(({ sign, line, text }) => `${sign} ${String(line).padStart(4)}  ${text}\n`);
  return `${action} ${place.replace(controlCharacters, '')}\n${body.join('')}`;
}

function actionOf(edit: Edit): EditSummary['action'] {
  if (edit.before === undefined) return 'create';
  return edit.after === undefined ? 'remove' : 'change';
}

function linesOf(edit: Edit): DiffLine[] {
  if (edit.kind === 'file') return diffLines(edit);
  if (edit.kind !== 'mode') return [];
  const line = (sign: DiffLine['sign'], mode: number) => ({
    sign,
    line: 0,
    text: `mode ${mode.toString(8)}`,
  });
  return [line('-', edit.before), line('+', edit.after)];
}

function diffLines(edit: FileEdit): DiffLine[] {
  const [before, after] = [edit.before ?? Buffer.alloc(0), edit.after ?? Buffer.alloc(0)];
  return splicesBetween(before, after).flatMap(({ oldOffset, newOffset, removed, inserted }) => [
    ...signedLines('-', removed, lineAt(before, oldOffset)),
    ...signedLines('+', inserted, lineAt(after, newOffset)),
  ]);
}

function signedLines(sign: '+' | '-', bytes: Buffer, first: number): DiffLine[] {
  if (bytes.length === 0) return [];
  const startsInLine = bytes[0] === 0x0a;
  const text = bytes.toString('utf8', startsInLine ? 1 : 0).replace(/\r?\n$/, '');
  const line = startsInLine ? first + 1 : first;
  return text.split(/\r?\n/).map((each, index) => ({ sign, line: line + index, text: hideValues(each) }));
}

function lineAt(bytes: Buffer, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(0x0a); at >= 0 && at < offset; at = bytes.indexOf(0x0a, at + 1)) line += 1;
  return line;
}

/** Lines that are ours from end to end: our markers and comments, what reads our file, one variable of ours. */
const ownLine =
  /^(# (>>>|<<<) megallm (>>>|<<<)|# Profile [\w.-]+\. Written by megallm, .*|sk-mega-[!-~]+|\/[^\s]+|(export |set -gx |\$env:)?(MEGALLM|OPENAI|ANTHROPIC)_\w+ ?[= ] ?('[^']*'|[^\s'"#;]*))$/;
/** What is written into the settings of AI coding tools, as JSON and as TOML. */
const ownSettings = [
  /^\s*("env": \{|\}),?$/,
  /^\s*"apiKeyHelper": "[^"]*megallm\S* key print --profile [^"\s]+",?$/,
  /^\s*"(ANTHROPIC_BASE_URL|baseURL)": "https?:\/\/[^"]*",?$/,
  /^\s*"(ANTHROPIC_API_KEY|ANTHROPIC_AUTH_TOKEN|key)": "(sk-mega-[^"]*)?",?$/,
  /^\s*"CLAUDE_CODE_(API_KEY_HELPER_TTL_MS|ENABLE_GATEWAY_MODEL_DISCOVERY)": "\d+",?$/,
  /^\s*"(npm|model|small_model)": "(@ai-sdk|megallm)\/[^"]*",?$/,
  /^\[model_providers\.megallm(\.auth)?\]$/,
  /^(model_provider = "megallm"|base_url = "https?:\/\/[^"]*"|wire_api = "responses")$/,
  /^args = \[("[^"]+",)?"key","print","--profile","[^"]+"\]$/,
];
const ownReading = /^(if|\[).*\/\.megallm\/env\.(sh|fish|ps1)/;
const ownNames = /\b(?:MEGALLM|OPENAI|ANTHROPIC)_[A-Z_]+(?=["']?\s*[=:])/g;
/** Values by names such as OPENAI_API_KEY may be another service's secrets. */
const secretValue = /((?:KEY|TOKEN)\w* ?[= ] ?'?)(?!sk-mega-)[^'\s]+/g;
const credentialsInUrl = /(:\/\/)[^/@\s]+@/g;

/** A line of the user's may hold anything: of that only the names that it is about are shown. */
function hideValues(text: string): string {
  const line = text.replace(controlCharacters, '');
  if (![ownLine, ownReading, ...ownSettings].some((own) => own.test(line))) {
    return [...(line.match(ownNames) ?? []).map((name) => `${name}=`), ''].join('… ').trim() || '…';
  }
  return maskKeys(line).replace(secretValue, '$1…').replace(credentialsInUrl, '$1…@');
}

/** Bytes of somebody else's line must not drive the terminal. */
const controlCharacters = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
