/** A call that was sent to a node and that no list of the node can have yet. */
export interface Sent { node: string, number: string | null, at: number, answeredAt: number | null }

/** How busy the nodes are: what each said last, and what was sent to it since. All in memory. */
export interface Calls {
  /** A call goes to a node. */
  send: (node: string, number: string | null, now: number) => Sent
  /** This node has answered it: the one it was sent to, or the next one. */
  answered: (sent: Sent, node: string, now: number) => void
  /** It became no call: no node took it. */
  free: (sent: Sent) => void
  /** What a node says of the calls it had when it was asked. */
  said: (node: string, numbers: readonly string[], askedAt: number) => void
  /** Nothing is on its way to a node that does not answer. */
  forget: (node: string) => void
  /** calls of a number on all nodes */
  ofNumber: (number: string, now: number) => number
  of: (node: string, now: number) => { said: number, sent: number }
  /** `edges`: each of them is taken to have sent as much as this one */
  all: (now: number, edges: number) => number
}

/** A node has a channel for a call within this time, ms: a list asked for later has the call, answered or not. */
const takenMs = 100
/**
 * With no word from a node, what was said or sent counts for this long, ms: for room and limits, and for the choice of the least busy.
 * Whether a node that says nothing is full, it alone knows: it answers 503 then.
 */
const roomMs = 5000
const choiceMs = 300_000

interface Said { at: number, numbers: Map<string, number>, count: number }

export function createCalls (): Calls {
  const sent = new Set<Sent>()
  const lists = new Map<string, Said>()
  const current = (now: number): Said[] => [...lists.values()].filter(({ at }) => now - at < roomMs)
  const fresh = (now: number, ms: number): Sent[] => {
    // In the order they were sent: the old ones are first.
    for (const one of sent) {
      if (now - one.at < choiceMs) break
      sent.delete(one)
    }
    return [...sent].filter(({ at }) => now - at < ms)
  }
  return {
    send (node, number, now) {
      const one = { node, number, at: now, answeredAt: null }
      sent.add(one)
      return one
    },
    answered (one, node, now) {
      one.node = node
      one.answeredAt = now
    },
    free: one => { sent.delete(one) },
    said (node, numbers, askedAt) {
      const counts = new Map<string, number>()
      for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1)
      lists.set(node, { at: askedAt, numbers: counts, count: numbers.length })
      for (const one of sent) if (one.node === node && (one.answeredAt ?? one.at + takenMs) <= askedAt) sent.delete(one)
    },
    forget (node) {
      for (const one of sent) if (one.node === node) sent.delete(one)
    },
    ofNumber: (number, now) => fresh(now, roomMs).filter(one => one.number === number).length +
      current(now).reduce((sum, { numbers }) => sum + (numbers.get(number) ?? 0), 0),
    of (node, now) {
      const list = lists.get(node)
      return {
        said: list && now - list.at < choiceMs ? list.count : 0,
        sent: fresh(now, choiceMs).filter(one => one.node === node).length
      }
    },
    all: (now, edges) => current(now).reduce((sum, { count }) => sum + count, 0) + fresh(now, roomMs).length * edges
  }
}
