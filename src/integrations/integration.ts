import type { Draft } from '../changes/draft.ts';
import type { BackendSetting } from '../credentials/backends/catalog.ts';
import type { Link } from '../credentials/profiles.ts';
import type { HelperCommand } from './own-command.ts';

export type ToolId = 'claude' | 'codex' | 'opencode';

/** An AI coding tool, as far as it is the same for everybody. Its settings are a place as any backend is. */
export interface Tool {
  readonly id: ToolId;
  readonly aliases: readonly string[];
  /** What people call it. */
  readonly title: string;
  /** What a person types to start it. */
  readonly program: string;
  /** The npm package that it comes in. */
  readonly package: string;
  /** A project can have settings of its own that say where keys go. */
  readonly perProject: boolean;
  /** It can ask a command for the key; otherwise it holds the key itself. */
  readonly asksCommand: boolean;
  /** Where the key is when it asks no command, as half a sentence. */
  readonly plainForm: string;
  /** What it talks to, and nothing else, besides the list of models. */
  readonly endpoint: '/v1/responses' | '/v1/messages' | '/v1/chat/completions';
}

/** What the settings of a tool are opened with. */
export interface IntegrationSetting extends BackendSetting {
  readonly link: Link;
  /** It is being linked, not found again. */
  readonly isNew: boolean;
  /** This megallm, as it was started: what can be asked before anything is written. */
  readonly running: HelperCommand;
  /** What the tool has to run to get at megallm, whatever its PATH is. */
  readonly helper: () => HelperCommand;
  /** Plans what `helper` needs to be there. Throws `refused` where that cannot be made. */
  readonly planHelper: (draft: Draft) => Promise<void>;
  /** What the key can use; known for a new link alone. */
  readonly models: readonly string[];
}
