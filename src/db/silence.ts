import type { Duplex } from 'node:stream'
import type pg from 'pg'

/** The socket of a connection; pg keeps it to itself. */
export const streamOf = (client: pg.ClientBase): Duplex => (client as unknown as { connection: { stream: Duplex } }).connection.stream

/** Gives up connections to a server that says nothing while an answer is waited for. */
export interface SilenceWatch {
  /** told of every connection, once it stands */
  follow: (client: pg.ClientBase) => void
  forget: (client: pg.ClientBase) => void
  /** an answer is waited for until the promise is settled */
  waits: <T>(client: pg.ClientBase, answer: Promise<T>) => Promise<T>
  close: () => void
}

/** Connections still open this long after their end was asked for are cut off; a hung server does not even say goodbye. ms */
const goodbyeMs = 1000

/** Ends in order, then cuts off connections that do not end. */
export async function goodbye (ended: Promise<unknown>, clients: Iterable<pg.ClientBase>): Promise<void> {
  // A pool calls itself ended while its last goodbyes are still on their way.
  setTimeout(() => { for (const client of clients) streamOf(client).destroy() }, goodbyeMs).unref()
  await ended.catch(() => {})
}

interface Watched { waiting: number, silent: number }

const turnMs = 1000

/**
 * `silentMs`: the longest silence allowed, in whole seconds. A statement that waits behind others of its connection is not silent while
 * those are answered. Silence is counted in turns of this process's event loop, never by the clock: a process that got no turn for long
 * has not yet read what arrived meanwhile.
 */
export function watchSilence (silentMs: number): SilenceWatch {
  const maxSilentTurns = Math.ceil(silentMs / turnMs)
  const watched = new Map<pg.ClientBase, Watched>()
  const timer = setInterval(() => {
    for (const [client, state] of watched) {
      if (state.waiting === 0) continue
      state.silent++
      if (state.silent >= maxSilentTurns) streamOf(client).destroy(new Error('Connection terminated: the server says nothing'))
    }
  }, turnMs).unref()

  return {
    follow (client) {
      const state = { waiting: 0, silent: 0 }
      watched.set(client, state)
      streamOf(client).on('data', () => { state.silent = 0 })
    },
    forget: client => { watched.delete(client) },
    async waits (client, answer) {
      const state = watched.get(client)
      if (!state) return await answer
      if (state.waiting++ === 0) state.silent = 0
      try {
        return await answer
      } finally {
        state.waiting--
      }
    },
    close: () => { clearInterval(timer) }
  }
}
