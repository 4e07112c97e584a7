/** The commands within compound commands, which are compound commands again. */
export interface CommandReader {
  /**
   * Up to a word or sign that closes something. `asCondition`: zsh's end after `[[ … ]]` and the like too, where nothing
   * separates them from what follows.
   */
  readList(asCondition?: boolean): void;
  /** False where there is no command. */
  readSublist(): boolean;
  readCommand(): boolean;
}
