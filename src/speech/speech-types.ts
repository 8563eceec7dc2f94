/** Turns Mandarin text into a prompt the PBX can play. */
export interface Speech {
  /**
   * Renders once and keeps it. Returns the name below the PBX's sounds folder without extension, for Asterisk's Playback
   * and the variables LD_SAY and LD_SAY2; fixed sentences are named the same way (`greeting`).
   * @throws DomainError `speech-unavailable` when no voice works, `invalid-input` for an empty text or more than 600 characters
   */
  render: (text: string) => Promise<string>
}
