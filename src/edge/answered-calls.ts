/** INVITEs that a node has answered. One that comes again is no new call: its 200 was lost, and the node repeats that by itself. */
export interface AnsweredCalls {
  /** `invite` names the transaction */
  answered: (invite: string, now: number) => void
  isCopy: (invite: string, now: number) => boolean
}

/** Nobody repeats an INVITE for longer (RFC 3261, timer B), ms. */
const repeatedMs = 32_000

export function createAnsweredCalls (): AnsweredCalls {
  // In the order of their answers: the old ones are first.
  const answers = new Map<string, number>()
  return {
    answered (invite, now) {
      for (const [known, at] of answers) {
        if (now - at < repeatedMs) break
        answers.delete(known)
      }
      answers.set(invite, now)
    },
    isCopy (invite, now) {
      const at = answers.get(invite)
      return at !== undefined && now - at < repeatedMs
    }
  }
}
