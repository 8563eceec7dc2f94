import type { SeatNode } from '../../src/features/agents/queue/seats.ts'

export interface QueueOfTest {
  /** null: no member any more */
  set: (extension: string, paused: boolean | null) => void
  list: () => ReadonlyMap<string, boolean>
}

/** The queue of a PBX that is not there: what it is told is written down. */
export const queueOfTest = ({ set, list }: QueueOfTest): SeatNode['switchboard'] => ({
  queueAdd: async (extension, paused = false) => { set(extension, paused) },
  queuePause: async (extension, paused) => { set(extension, paused) },
  queueRemove: async extension => { set(extension, null) },
  queueStatus: async () => ({
    members: [...list()].map(([extension, paused]) =>
      ({ extension, paused, interface: `PJSIP/${extension}`, reason: '', inCall: false, deviceStatus: 1 })),
    callers: []
  }),
  serviceIsThere: async () => {},
  serviceIsNotHeard: async () => {}
})

/** Nobody follows its events. */
export const notLive: SeatNode['live'] = {
  isLive: () => false,
  agent: () => undefined,
  agents: () => [],
  callers: () => [],
  trunks: () => new Map(),
  subscribe: () => () => {},
  close: () => {}
}
