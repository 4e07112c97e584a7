import type { Document, Node, Pair, YAMLMap, YAMLSeq } from 'yaml';
import { MegallmError } from '../../errors.ts';

type Yaml = typeof import('yaml');

/** A variable of a service's `environment`; `value` is undefined where Compose takes it from its own environment. */
export interface ComposeVariable {
  readonly name: string;
  readonly value: string | undefined;
  /** Counted from 1. */
  readonly line: number;
  /** The entry itself, in characters. */
  readonly start: number;
  readonly end: number;
}

/**
 * A Compose file, edited as text at the places that a YAML parser names, so that comments and layout stay as they are.
 * https://docs.docker.com/reference/compose-file/services/#environment
 */
export class ComposeFile {
  readonly #yaml: Yaml;
  readonly #text: string;
  readonly #path: string;
  readonly #document: Document;

  /** Throws `unparsable` with the place for what is no Compose file. */
  constructor(yaml: Yaml, bytes: Buffer, path: string) {
    this.#yaml = yaml;
    this.#text = bytes.toString('utf8');
    this.#path = path;
    if (!Buffer.from(this.#text).equals(bytes)) throw unparsable(path, 'is not in UTF-8');
    this.#document = yaml.parseDocument(this.#text, { merge: true, logLevel: 'error' });
    const [problem] = this.#document.errors;
    const at = problem?.linePos?.[0];
    if (problem) throw unparsable(at ? `${path}:${at.line}:${at.col}` : path, 'cannot be parsed as YAML');
  }

  get text(): string {
    return this.#text;
  }

  get services(): string[] {
    const services = this.#document.get('services', true);
    if (!this.#yaml.isMap(services)) throw unparsable(this.#path, 'has no services');
    return services.items.map(({ key }) => String(this.#yaml.isScalar(key) ? key.value : key));
  }

  variables(service: string): ComposeVariable[] {
    const environment = this.#environmentOf(this.#service(service));
    if (!this.#yaml.isCollection(environment)) return [];
    return environment.items.flatMap((item) => this.#variableOf(item as Node | Pair) ?? []);
  }

  /** The text with the variable set, in the form that the file has already. Values hold no line breaks. */
  withVariable(service: string, name: string, value: string): string {
    const known = this.variables(service).findLast((variable) => variable.name === name);
    const edited = known ? this.#replaced(service, known, value) : this.#added(service, name, value);
    return this.#checked(edited, service, name, value);
  }

  withoutVariable(service: string, { name, start, end }: ComposeVariable): string {
    const environment = this.#environmentOf(this.#service(service));
    if (!this.#yaml.isCollection(environment)) return this.#text;
    if (environment.flow) return this.#withoutFlowItem(environment, start, end);
    const pair = this.#pairIn(this.#service(service), 'environment');
    const from = environment.items.length === 1 && pair ? startOf(pair.key) : start;
    return this.#checked(cutLines(this.#text, from, end), service, name, undefined);
  }

  #service(name: string): YAMLMap {
    const service = this.#document.getIn(['services', name], true);
    if (this.#yaml.isMap(service)) return service;
    if (!this.services.includes(name))
      throw new MegallmError(
        'usage',
        `${this.#path} has no service ${JSON.stringify(name)}.`,
        `Services: ${this.services.join(', ')}`,
      );
    throw this.#byHand(`its service ${name} is no plain mapping`);
  }

  /** Throws `refused` where an entry would reach other services, or hide what comes from elsewhere. */
  #environmentOf(service: YAMLMap): unknown {
    const own = this.#pairIn(service, 'environment');
    if (own) {
      if (
        this.#yaml.isAlias(own.value) ||
        (this.#yaml.isNode(own.value) && 'anchor' in own.value && own.value.anchor)
      )
        throw this.#byHand('its environment is shared by an anchor');
      return own.value;
    }
    const merged = service.toJS(this.#document) as { environment?: unknown };
    if (merged.environment !== undefined) throw this.#byHand('its environment is merged in from elsewhere');
    return undefined;
  }

  #pairIn(map: YAMLMap, name: string): Pair<Node, unknown> | undefined {
    return map.items.find(({ key }) => this.#yaml.isScalar(key) && key.value === name) as
      | Pair<Node, unknown>
      | undefined;
  }

  #variableOf(item: Node | Pair): ComposeVariable | undefined {
    const { isPair, isScalar, isNode } = this.#yaml;
    const node = isPair(item) ? item.key : item;
    if (!isScalar(node)) return undefined;
    const last = isPair(item) && isNode(item.value) && item.value.range ? item.value : node;
    const [start, end] = [startOf(node), last.range?.[1] ?? 0];
    const line = this.#text.slice(0, start).split('\n').length;
    if (isPair(item)) {
      const value = isScalar(item.value) ? (item.value.value ?? undefined) : undefined;
      return {
        name: String(node.value),
        value: value === undefined ? value : String(value),
        line,
        start,
        end,
      };
    }
    const [, name = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(String(node.value)) ?? [];
    return { name, value, line, start, end };
  }

  #entry(environment: unknown, name: string, value: string): string {
    if (this.#yaml.isMap(environment)) return `${name}: ${environment.flow ? JSON.stringify(value) : value}`;
    const text = `${name}=${value}`;
    return this.#yaml.isCollection(environment) && environment.flow ? JSON.stringify(text) : text;
  }

  #replaced(service: string, { name, start, end }: ComposeVariable, value: string): string {
    const environment = this.#environmentOf(this.#service(service));
    return this.#text.slice(0, start) + this.#entry(environment, name, value) + this.#text.slice(end);
  }

  #added(serviceName: string, name: string, value: string): string {
    const service = this.#service(serviceName);
    const environment = this.#environmentOf(service);
    const entry = this.#entry(environment, name, value);
    if (this.#yaml.isCollection(environment) && environment.flow)
      return this.#withFlowItem(environment, entry);
    if (service.flow) throw this.#byHand(`its service ${serviceName} stands in braces`);
    const { isMap, isSeq } = this.#yaml;
    if (isSeq(environment)) {
      const dash = this.#text.lastIndexOf('-', startOf(environment.items[0] as Node));
      return this.#withLines(endOf(environment, this.#yaml), [`${indentAt(this.#text, dash)}- ${entry}`]);
    }
    if (isMap(environment)) {
      const indent = indentAt(this.#text, startOf(environment.items[0]?.key as Node));
      return this.#withLines(endOf(environment, this.#yaml), [`${indent}${entry}`]);
    }
    const pair = this.#pairIn(service, 'environment');
    const indent = indentAt(this.#text, startOf((pair ?? service.items[0])?.key as Node));
    const item = `${indent}  - ${entry}`;
    if (pair) return this.#withLines((pair.key.range?.[1] ?? 0) + 1, [item]);
    return this.#withLines(endOf(service, this.#yaml), [`${indent}environment:`, item]);
  }

  /** After the line in which `at` is, in the line endings of the file. */
  #withLines(at: number, lines: readonly string[]): string {
    const text = this.#text;
    const newline = text.includes('\r\n') ? '\r\n' : '\n';
    const lineEnd = text[at - 1] === '\n' ? at - 1 : text.indexOf('\n', at);
    if (lineEnd < 0) return [text, ...lines].join(newline);
    const added = lines.map((line) => line + newline).join('');
    return text.slice(0, lineEnd + 1) + added + text.slice(lineEnd + 1);
  }

  #withFlowItem(environment: YAMLMap | YAMLSeq, entry: string): string {
    const last = environment.items.at(-1);
    const at = last ? endOf(last as Node | Pair, this.#yaml) : startOf(environment) + 1;
    return `${this.#text.slice(0, at)}${last ? ', ' : ''}${entry}${this.#text.slice(at)}`;
  }

  #withoutFlowItem(environment: YAMLMap | YAMLSeq, start: number, end: number): string {
    const ends = environment.items.map((item) => endOf(item as Node | Pair, this.#yaml));
    const index = ends.indexOf(end);
    const before = ends[index - 1];
    const next = environment.items[index + 1] as Node | Pair | undefined;
    if (before !== undefined) return this.#text.slice(0, before) + this.#text.slice(end);
    return this.#text.slice(0, start) + this.#text.slice(next ? startOf(keyOf(next)) : end);
  }

  /** Better refused than a file that means something else: nothing but the variable may differ. */
  #checked(edited: string, service: string, name: string, value: string | undefined): string {
    const after = new ComposeFile(this.#yaml, Buffer.from(edited), this.#path);
    const others = (file: ComposeFile) => {
      const tree = file.#document.toJS() as { services: Record<string, { environment?: unknown }> };
      const { environment: _, ...rest } = tree.services[service] ?? {};
      const beside = file.variables(service).filter((variable) => variable.name !== name);
      const plain = beside.map((variable) => [variable.name, variable.value]);
      return JSON.stringify([{ ...tree, services: { ...tree.services, [service]: rest } }, plain]);
    };
    const now = after.variables(service).findLast((variable) => variable.name === name);
    if (others(this) === others(after) && now?.value === value) return edited;
    throw this.#byHand('its layout is not one that can be edited safely');
  }

  #byHand(reason: string): MegallmError {
    return new MegallmError('refused', `${this.#path} is not changed: ${reason}.`, [
      'megallm env print --format compose   (the lines to add by hand)',
    ]);
  }
}

function keyOf(item: Node | Pair): Node {
  return 'key' in item ? (item.key as Node) : item;
}

function startOf(node: Node | undefined): number {
  return node?.range?.[0] ?? 0;
}

/** Where the last thing in it ends: the range of a collection takes in comments behind it. */
function endOf(item: Node | Pair, yaml: Yaml): number {
  if (yaml.isPair(item)) {
    const { key, value } = item as Pair<Node, Node | null>;
    return value?.range ? endOf(value, yaml) : (key.range?.[1] ?? 0);
  }
  const last = yaml.isCollection(item) && !item.flow ? item.items.at(-1) : undefined;
  return last ? endOf(last as Node | Pair, yaml) : (item.range?.[1] ?? 0);
}

function indentAt(text: string, at: number): string {
  return ' '.repeat(at - (text.lastIndexOf('\n', at - 1) + 1));
}

/** Takes out the whole lines from the one in which `start` is to the one in which `end` is. */
function cutLines(text: string, start: number, end: number): string {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', end);
  if (newline >= 0) return text.slice(0, from) + text.slice(newline + 1);
  return text.slice(0, from).replace(/\r?\n$/, '');
}

function unparsable(place: string, problem: string): MegallmError {
  return new MegallmError('unparsable', `${place} ${problem}.`, 'Mend the file, and run the command again.');
}
