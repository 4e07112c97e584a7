/** Where Windows keeps them. */
export const userEnvironment = 'HKCU\\Environment';

/** The Windows user environment. Names are plain identifiers. Failures are MegallmErrors. */
export interface UserVariables {
  /** `undefined` when it is not set, or empty. Throws `refused` where its value could not be put back exactly. */
  read(name: string): Promise<string | undefined>;
  /** Reads back what it wrote. */
  write(name: string, value: string): Promise<void>;
  /** Makes sure that it is gone. */
  remove(name: string): Promise<void>;
}
