import type { WorkingCalendar } from '../../../calendar/rules/working-time.ts'
import type { Database } from '../../../db/database.ts'
import type { HealthCheck } from '../../../domain/health-check.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import type { Feed } from '../../../feed/feed.ts'
import type { Sweep } from '../../../queue/alarms.ts'
import { hourly } from '../../../queue/hourly.ts'
import { readers } from '../registry/rules/who-reads.ts'
import { silentSince } from './rules/silent-since.ts'
import { allSources, markTold, type ListedSource } from './source-store.ts'

export interface SilenceOptions {
  db: Database
  clock: Clock
  calendar: () => Promise<WorkingCalendar>
}

/** The receiving side of an interface, and since when nothing came although it should have. */
export interface Source extends ListedSource { silentSince: Date | null }

/** Every receiving side as it stands now. */
export async function sourcesNow ({ db, clock, calendar }: SilenceOptions): Promise<Source[]> {
  const [sources, days] = await Promise.all([allSources(db), calendar()])
  const now = clock.now()
  return sources.map(source => {
    const { cycle, state, since, lastReceivedAt } = source
    const last = lastReceivedAt !== null && lastReceivedAt > since ? lastReceivedAt : since
    return { ...source, silentSince: state === 'off' ? null : silentSince(cycle, last, days, now) }
  })
}

/** Told of once a day while it lasts. */
const toldAgainMs = 86_400_000

/** Tells those who read the register which interfaces are silent: all that are due in one event, whichever process looks first. */
export const silenceSweep = (options: SilenceOptions & { feed: Pick<Feed, 'publish'> }): Sweep => hourly('silent interfaces', async now => {
  const silent = (await sourcesNow(options)).filter(source => source.silentSince !== null).map(source => source.interfaceId)
  if (silent.length === 0) return
  await options.db.tx(async tx => {
    const ids = await markTold(tx, silent, { before: new Date(now.getTime() - toldAgainMs), at: now })
    if (ids.length === 0) return
    const audience = { roles: readers }
    await options.feed.publish(tx, { topic: 'interfaces.silent', subject: 'interfaces', at: now, data: { ids }, audience })
  })
})

/** A sender that has fallen silent is a degraded service, which goes on; anybody may read it, so it names none. */
export const silenceHealth = (options: SilenceOptions): HealthCheck => ({
  name: 'interfaces',
  vital: false,
  async check () {
    const silent = (await sourcesNow(options)).filter(source => source.silentSince !== null).length
    return silent === 0 ? { ok: true } : { ok: false, detail: `${silent} interfaces have sent nothing for longer than their cycle` }
  }
})
