import { randomBytes } from 'node:crypto';

export interface User {
  readonly sub: string;
  readonly email: string;
  readonly name: string;
  readonly email_verified: boolean;
}

export interface Organisation {
  readonly org_id: string;
  readonly org_name: string;
  readonly role: string;
}

export interface IssuedKey {
  readonly key: string;
  readonly id: string;
  readonly name: string;
  /** The first 16 characters: all that the service shows of a key later on. */
  readonly prefix: string;
  readonly org: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly user: User;
}

export interface KeyOptions {
  key?: string;
  name?: string;
  org?: string;
  scopes?: readonly string[];
  expiresAt?: string;
  user?: User;
}

export type KeyStanding = 'live' | 'unknown' | 'revoked' | 'expired';

export const allScopes: readonly string[] = ['api:use', 'profile:read', 'keys:read', 'keys:manage'];

/** The scopes of a space-separated list; undefined where the service does not know one of them. */
export function parseScopes(text: string | null | undefined): readonly string[] | undefined {
  const scopes = (text ?? '').split(' ').filter((scope) => scope !== '');
  return scopes.every((scope) => allScopes.includes(scope)) ? scopes : undefined;
}

export const defaultUser: User = {
  sub: 'user_dev',
  email: 'dev@example.com',
  name: 'Dev Example',
  email_verified: true,
};

export function defaultOrganisations(): Organisation[] {
  return [
    { org_id: 'org_acme', org_name: 'Acme', role: 'owner' },
    { org_id: 'org_globex', org_name: 'Globex', role: 'member' },
  ];
}

/** Every key the service ever made, revoked ones too: they must stay refused. */
export class KeyRegistry {
  readonly #bySecret = new Map<string, IssuedKey>();
  readonly #byId = new Map<string, IssuedKey>();
  readonly #revoked = new Set<string>();

  issue(options: KeyOptions & { org: string; user: User }): IssuedKey {
    const key = options.key ?? `sk-mega-${randomBytes(32).toString('hex')}`;
    if (this.#bySecret.has(key)) throw new Error('The sandbox has issued this key before.');
    const issued: IssuedKey = {
      key,
      id: `key_${randomBytes(8).toString('hex')}`,
      name: options.name ?? 'Sandbox key',
      prefix: key.slice(0, 16),
      org: options.org,
      scopes: options.scopes ?? allScopes,
      createdAt: new Date().toISOString(),
      ...(options.expiresAt === undefined ? {} : { expiresAt: options.expiresAt }),
      user: options.user,
    };
    this.#bySecret.set(key, issued);
    this.#byId.set(issued.id, issued);
    return issued;
  }

  find(secret: string): IssuedKey | undefined {
    return this.#bySecret.get(secret);
  }

  /** A key that is listed still: not revoked, though it may have expired. */
  findListed(id: string): IssuedKey | undefined {
    return this.#revoked.has(id) ? undefined : this.#byId.get(id);
  }

  standing(secret: string): KeyStanding {
    const issued = this.find(secret);
    if (issued === undefined) return 'unknown';
    if (this.#revoked.has(issued.id)) return 'revoked';
    const { expiresAt } = issued;
    return expiresAt !== undefined && Date.parse(expiresAt) <= Date.now() ? 'expired' : 'live';
  }

  setExpiry({ key, id }: IssuedKey, expiresAt: string): void {
    const known = this.#bySecret.get(key);
    if (known === undefined) return;
    const changed = { ...known, expiresAt };
    this.#bySecret.set(key, changed);
    this.#byId.set(id, changed);
  }

  revoke(issued: IssuedKey): void {
    this.#revoked.add(issued.id);
  }

  listed(): IssuedKey[] {
    return [...this.#byId.values()].filter(({ id }) => !this.#revoked.has(id));
  }

  live(): IssuedKey[] {
    return this.listed().filter(({ key }) => this.standing(key) === 'live');
  }
}
