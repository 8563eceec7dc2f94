/** The used part of a logger: codes, addresses and names of nodes; numbers never. */
export interface EdgeLog {
  info: (facts: object, text: string) => void
  warn: (facts: object, text: string) => void
  error: (facts: object, text: string) => void
  child: (facts: object) => EdgeLog
}
