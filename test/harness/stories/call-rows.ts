import type { Database } from '../../../src/db/database.ts'
import type { Sealing } from '../../../src/db/sealing.ts'
import type { Clock } from '../../../src/domain/time/clock.ts'
import { createCalls } from '../../../src/features/calls/calls.ts'
import type { PbxEvent } from '../../../src/pbx/pbx-event.ts'
import { toEvent } from '../../../src/pbx/journal/to-event.ts'
import { todaysAttempts } from '../../rules/orders/todays-policies.ts'
import { noUnit } from '../../../src/domain/people/reader-unit.ts'

export interface CallRows {
  /** A citizen's call is offered and waits; without a number it is withheld. @returns its id */
  arrives: (id: string, call?: { number?: string, recording?: string }) => Promise<string>
  /** The call rings at an agent's telephone. @returns the channel's unique id */
  rings: (id: string, extension: string) => Promise<string>
  /** The telephone answers and both are bridged. */
  answers: (id: string, extension: string) => Promise<string>
  /** This channel of the call ends: a telephone's that is given, else the citizen's own, and with it the call. */
  hangsUp: (id: string, channel?: string) => Promise<void>
  /** The PBX starts anew: whatever lived on it is lost. */
  restarts: () => Promise<void>
}

/**
 * Calls as the product learns of them: rows of the shape of `test/features/journal-samples`, at the clock's moment, read and
 * handled by the journal's own reader and by `hear`; without it by the calls' own handler alone, and what follows from a call (drafts,
 * returns) is not done.
 */
export function callRows ({ db, clock, sealing, hear: told, node = 'pbx1' }: {
  db: Database, clock: Clock, sealing: Sealing, hear?: (events: PbxEvent[]) => Promise<void>, node?: string
}): CallRows {
  const calls = createCalls({
    db,
    sealing,
    clock,
    feed: { publish: async () => {}, broadcast: () => {}, subscribe: () => () => {}, since: async () => [] },
    dialler: { request: async () => [], cancel: async () => {} },
    readerUnit: async () => noUnit,
    attempts: async () => todaysAttempts
  })
  let row = 0
  const trunk = 'PJSIP/trunk-00000000'
  const telephones = new Map<string, string>()

  type Line = [event: string, uniqueId: string, channel: string, context?: string, extra?: string]
  async function hear (linkedId: string, ...lines: Line[]): Promise<void> {
    const events = lines.flatMap(([event, uniqueId, channel, context = 'hotline-queue', extra = '']) => toEvent({
      id: ++row,
      node,
      generation: 1,
      event,
      at: clock.now(),
      unique_id: uniqueId,
      linked_id: linkedId,
      channel,
      num: '',
      exten: '962000',
      context,
      app: '',
      app_data: '',
      peer: '',
      extra
    }))
    if (told) await told(events)
    else await db.tx(async tx => { await calls.journalHandler.handle(tx, events) })
  }
  const user = (data: Record<string, string>): string => JSON.stringify({ extra: new URLSearchParams(data).toString() })
  const ending = (uniqueId: string, channel: string): Line[] => [
    ['HANGUP', uniqueId, channel, 'hotline-queue', JSON.stringify({ hangupcause: 16, hangupsource: channel, dialstatus: '' })],
    ['CHAN_END', uniqueId, channel]
  ]

  return {
    async arrives (id, { number = '', recording } = {}) {
      await hear(id, ['CHAN_START', id, trunk, 'hotline-inbound'],
        ['LD_OFFERED', id, trunk, 'hotline-inbound', user({ did: '962000', service: '', number, withheld: number === '' ? '1' : '0' })],
        ['ANSWER', id, trunk, 'hotline-inbound'],
        ...recording === undefined ? [] : [['LD_RECORDING', id, trunk, 'hotline-inbound', user({ file: recording })] as Line],
        ['LD_QUEUED', id, trunk, 'hotline-queue', user({ queue: 'hotline', priority: '0' })])
      return id
    },
    async rings (id, extension) {
      const channel = `${id}-${telephones.size}`
      telephones.set(channel, `PJSIP/${extension}-0000000${telephones.size % 10}`)
      await hear(id, ['CHAN_START', channel, telephones.get(channel) ?? '', 'hotline-agents'])
      return channel
    },
    async answers (id, extension) {
      const channel = await this.rings(id, extension)
      const name = telephones.get(channel) ?? ''
      await hear(id, ['ANSWER', channel, name, 'hotline-agents'], ['BRIDGE_ENTER', channel, name, 'hotline-agents'],
        ['BRIDGE_ENTER', id, trunk])
      return channel
    },
    async hangsUp (id, channel) {
      const name = channel === undefined ? undefined : telephones.get(channel)
      if (channel !== undefined && name !== undefined) {
        await hear(id, ...ending(channel, name))
        telephones.delete(channel)
        return
      }
      const open = [...telephones].filter(([c]) => c.startsWith(`${id}-`))
      await hear(id, ...open.flatMap(([c, n]) => ending(c, n)), ...ending(id, trunk), ['LINKEDID_END', id, trunk])
      for (const [c] of open) telephones.delete(c)
    },
    restarts: async () => { await hear('', ['NODE_RESTART', '', '']) }
  }
}
