import type { Queryable } from '../db/database.ts'

/** Turns Mandarin text into a prompt the PBX can play. */
export interface Speech {
  /**
   * Renders once and keeps it. Returns the name below the PBX's sounds folder without extension, for Asterisk's Playback
   * and the variables LD_SAY and LD_SAY2; fixed sentences are named the same way (`greeting`).
   * A PBX that cannot be brought it now gets it later; until then it is `lackedBy` it.
   * @throws DomainError `speech-unavailable` when no voice works, or no PBX can be brought it, `invalid-input` for an empty text or more
   * than 600 characters
   */
  render: (text: string) => Promise<string>
  /** The PBXs that lack one of these prompts, of those that were spoken by `render`. */
  lackedBy: (q: Queryable, prompts: readonly string[]) => Promise<Array<{ prompt: string, node: string }>>
}
