import { isDeepStrictEqual } from 'node:util'
import { setTimeout as wait } from 'node:timers/promises'
import type { Database } from '../../../src/db/database.ts'
import { until } from '../../../src/servers/until.ts'
import type { Sound } from './loudness.ts'
import type { NetworkCall } from './network.ts'

/** all speak in tones of their own (Hz) */
export type Tones = Readonly<Record<string, number>>
/** whom each hears, by name and in order of names */
export type Heard = Record<string, string[]>

/** share of what was heard that a tone must be */
const heardAt = 0.03

/** What each of these hears in the same second. */
export async function listen (lines: ReadonlyMap<string, NetworkCall>, tones: Tones, seconds = 1): Promise<Heard> {
  const ears = await Promise.all([...lines].map(async ([who, line]) => ({ who, stops: await line.listens() })))
  await wait(seconds * 1000)
  return Object.fromEntries(await Promise.all(ears.map(async ({ who, stops }) => {
    const sound = await stops()
    const heard = sound.seconds < seconds / 2
      ? ['next to no sound']
      : Object.keys(tones).filter(name => sound.tone(tones[name] ?? 0) > heardAt)
    return [who, heard.sort()]
  })))
}

/** What one party hears in the next second. */
export async function nextSecond (line: NetworkCall): Promise<Sound> {
  const stops = await line.listens()
  await wait(1000)
  return await stops()
}

/** Until one hears this tone for a good part of a second; false when that is not within 20 s, or the call ends. */
export async function hears (line: NetworkCall, hertz: number): Promise<boolean> {
  for (const end = performance.now() + 20_000; line.endedAt === null && performance.now() < end;) {
    if ((await nextSecond(line)).tone(hertz) > 0.1) return true
  }
  return false
}

/**
 * Listens second by second until all hear exactly the people they should hear, in the same second. A conference takes its time;
 * a test asks that it becomes true.
 * @returns what was heard in the last second, whether as wanted or not
 */
export async function listenFor (
  wanted: Readonly<Record<string, readonly string[]>>, lines: ReadonlyMap<string, NetworkCall>, tones: Tones, seconds = 15
): Promise<Heard> {
  const listeners = new Map([...lines].filter(([who]) => who in wanted))
  for (const end = performance.now() + seconds * 1000; ;) {
    const heard = await listen(listeners, tones)
    if (isDeepStrictEqual(heard, wanted) || performance.now() > end) return heard
  }
}

/**
* Until a member sits in the room. The board says "joined" before the member has heard how many are in and that it is recorded.
* The PBX's bridge takes the member in afterwards.
 */
export async function sits (db: Database, memberId: string): Promise<void> {
  await until(async () => {
    const [last] = await db.query<{ event: string }>(`
      select event from pbx_journal
      where unique_id = (select unique_id from pbx_journal where event = 'LD_ROOM' and extra like $1 order by id desc limit 1)
        and event in ('LD_ROOM', 'BRIDGE_ENTER', 'BRIDGE_EXIT', 'CHAN_END')
      order by id desc limit 1`, [`%verb=join&%member=${memberId}%`])
    return last?.event === 'BRIDGE_ENTER'
  }, { what: `member ${memberId} sits in a room`, seconds: 30 })
}
