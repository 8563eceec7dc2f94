import type { Queryable } from '../../db/database.ts'
import type { Outside } from '../../db/outside.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Actor, Role } from '../../domain/people/roles.ts'
import type { Feed } from '../../feed/feed.ts'
import { lastNotice, saveNotice } from './notices-store.ts'

export interface Notice { text: string, prompt: string, until: Date, by: string, at: Date }

export interface NoticesOptions {
  db: Queryable
  clock: Clock
  feed: Feed
  /** text to a prompt's name. @throws DomainError `speech-unavailable`, `invalid-input` */
  render: (text: string) => Promise<string>
  /** What the dialplan plays until when, in seconds since 1970; null: nothing. Answers with the PBXs that do not play so yet. */
  put: (notice: { prompt: string, until: number } | null) => Promise<string[]>
}

const audience: { roles: readonly Role[] } = { roles: ['AGENT', 'SHIFT_LEADER', 'SUPERVISOR', 'LEADER', 'ADMINISTRATOR'] }
const maxMs = 7 * 86_400_000

export type Notices = ReturnType<typeof createNotices>

/** The shift leader's spoken notice (公告语) in front of the queue. It ends by itself: the PBX knows its end. */
export function createNotices ({ db, clock, feed, render, put }: NoticesOptions) {
  async function now (): Promise<Notice | null> {
    const row = await lastNotice(db)
    if (!row?.value || new Date(row.value.until) <= clock.now()) return null
    return { text: row.value.text, prompt: row.value.prompt, until: new Date(row.value.until), by: row.by, at: row.at }
  }

  return {
    now,

    /** Before the transaction: speaking takes a moment. */
    prepare: async (text: string): Promise<string> => await render(text),

    /**
     * From the next caller on, all callers hear it before they wait, wherever a PBX knows it.
     * @throws DomainError `invalid-input`, `pbx-unavailable` where none does
     */
    set (actor: Actor, input: { text: string, prompt: string, until: Date }): Outside<Notice & { notYetOn: string[] }> {
      const at = clock.now()
      if (input.until <= at) throw new DomainError('invalid-input', 'the notice would end before it begins', { field: 'until' })
      if (input.until.getTime() - at.getTime() > maxMs) {
        throw new DomainError('invalid-input', 'a notice lasts a week at most', { field: 'until' })
      }
      let notYetOn: string[] = []
      return {
        act: async () => { notYetOn = await put({ prompt: input.prompt, until: Math.floor(input.until.getTime() / 1000) }) },
        async save (tx) {
          const value = { text: input.text, prompt: input.prompt, until: input.until.toISOString() }
          saveNotice(tx, { value, by: actor.id, at: clock.now() })
          await feed.publish(tx, { topic: 'notice.set', subject: 'queue', at, data: { until: input.until.toISOString() }, audience })
          return { text: input.text, prompt: input.prompt, until: input.until, by: actor.id, at, notYetOn }
        }
      }
    },

    end: (actor: Actor): Outside<null> => ({
      act: async () => { await put(null) },
      async save (tx) {
        saveNotice(tx, { value: null, by: actor.id, at: clock.now() })
        await feed.publish(tx, { topic: 'notice.ended', subject: 'queue', at: clock.now(), data: {}, audience })
        return null
      }
    })
  }
}
