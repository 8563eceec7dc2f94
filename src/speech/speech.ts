/** Turns Mandarin text into a prompt the PBX can play. */
export interface Speech {
  /**
   * Renders once and keeps it. Returns the name below the PBX's sounds folder without extension, as Asterisk's Playback
   * and the variables LD_SAY and LD_SAY2 want it: fixed sentences are named the same way (`greeting`).
   * @throws DomainError `speech-unavailable` when nothing can speak, `invalid-input` for nothing or more than 600 characters
   */
  render: (text: string) => Promise<string>
}
