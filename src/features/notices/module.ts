import type { Database } from '../../db/database.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Feed } from '../../feed/feed.ts'
import type { Module } from '../../module.ts'
import type { Desired, DesiredChange } from '../../pbx/desired/desired.ts'
import type { Speech } from '../../speech/speech-types.ts'
import { noticesRoutes } from './notices-routes.ts'
import { lastNotice } from './notices-store.ts'
import { createNotices, type Notices } from './notices.ts'

export interface NoticesNeeds {
  db: Database
  clock: Clock
  feed: Feed
  speech: Pick<Speech, 'render' | 'lackedBy'>
  desired: Pick<Desired, 'change' | 'spread'>
}

/** The spoken notice before the queue (公告语). */
export function noticesModule ({ speech, desired, ...needs }: NoticesNeeds): Module & { notices: Notices } {
  const { db, clock } = needs
  const prompt = { section: 'notice', key: 'prompt' } as const
  const until = { section: 'notice', key: 'until' } as const
  const desiredNotice = (notice: { prompt: string, until: number } | null): DesiredChange => {
    if (notice === null) return { withdraw: [until, prompt] }
    const endsAt = new Date(notice.until * 1000)
    // The prompt first: never an end without its prompt.
    return { put: [{ ...prompt, value: notice.prompt, endsAt }, { ...until, value: String(notice.until), endsAt }] }
  }
  const notices = createNotices({
    ...needs,
    render: speech.render,
    async put (notice) {
      const unaware = await desired.spread(desiredNotice(notice))
      const lacking = notice === null ? [] : await speech.lackedBy(db, [notice.prompt])
      return [...new Set([...unaware, ...lacking.map(({ node }) => node)])].sort()
    }
  })
  return {
    name: 'notices',
    notices,
    routes: [noticesRoutes({ notices })],
    // Once more: after a restore the desired state may lack it.
    async start () {
      await db.tx(async tx => {
        const last = (await lastNotice(tx))?.value
        if (!last || new Date(last.until) <= clock.now()) return
        desired.change(tx, desiredNotice({ prompt: last.prompt, until: Math.floor(new Date(last.until).getTime() / 1000) }))
      })
    }
  }
}
