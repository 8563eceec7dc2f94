/** Turns Mandarin text into a prompt the PBX can play. */
export interface Speech {
  /**
   * Renders once and keeps it. Returns the path without extension, as Asterisk's Playback wants it.
   * @throws DomainError `speech-unavailable` when nothing can speak
   */
  render: (text: string) => Promise<string>
}
