// During the dial of a large staff: from a pressed key, as the PBX dates it, to the coordinator's screen - by hint
// (leg.key) and by journal (incident.member). node bench/roster-lag.ts [people]: 400 unless told otherwise.
// The median of three dials' 99th percentiles: the service has worked before, as it has when an emergency comes.
import { startMassDial } from './dial/mass-dial-stage.ts'

const people = Number(process.argv[2] ?? 400)
const runs = Number(process.env.RUNS ?? 3)
const p99 = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length * 0.99)] ?? NaN
const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN

const stage = await startMassDial()
try {
  const { db, service, logins } = stage.stack
  const login = logins.find(l => l.extension === '8201')
  const session = await fetch(`${service.address()}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: login?.user, password: login?.password })
  })
  const cookie = session.headers.getSetCookie().map(c => c.split(';')[0]).join('; ')
  const stop = new AbortController()
  const feed = await fetch(`${service.address()}/api/feed`, { headers: { cookie }, signal: stop.signal })
  const hinted = new Map<string, number>()
  const told = new Map<string, number>()
  const reading = (async () => {
    let rest = ''
    for await (const part of feed.body ?? []) {
      const now = Date.now()
      const events = (rest + Buffer.from(part as Uint8Array).toString('utf8')).split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) {
        const text = /^data: ?(.*)$/m.exec(event)?.[1]
        if (text === undefined) continue
        const { topic, subject, data } = JSON.parse(text) as { topic: string, subject: string, data: { memberId?: string, state?: string } }
        if (topic === 'leg.key' && !hinted.has(subject)) hinted.set(subject, now)
        if (
          topic === 'incident.member' && data.memberId !== undefined && (data.state === 'acknowledged' || data.state === 'joined') &&
          !told.has(data.memberId)
        ) {
          told.set(data.memberId, now)
        }
      }
    }
  })().catch(() => {})
  const byHint: number[] = []
  const byJournal: number[] = []
  const timeline: number[] = []
  let seen = 0
  for (let run = 0; run < runs; run++) {
    timeline.push((await stage.ours(people)).timelineMs)
    const keys = await db.query<{ leg: string, member: string, at: Date }>(`select distinct on (leg_id) leg_id leg, member_id member, at
      from incident_event
      where kind = 'key' and incident_id = (select id from incident order by started_at desc limit 1) order by leg_id, at`)
    const lags = (arrivals: ReadonlyMap<string, number>, by: 'leg' | 'member'): number[] => keys.flatMap(key => {
      const arrived = arrivals.get(key[by])
      return arrived === undefined ? [] : [arrived - key.at.getTime()]
    })
    const [hint, journal] = [lags(hinted, 'leg'), lags(told, 'member')]
    if (journal.length < people) throw new Error(`only ${journal.length} of ${people} were told of`)
    seen += hint.length
    byHint.push(p99(hint))
    byJournal.push(p99(journal))
  }
  stop.abort()
  await reading
  const figure = { figure: 'roster-lag', unit: 'ms', people, runs }
  console.log(JSON.stringify({ ...figure, by: 'hint', ours: median(byHint), wanted: 250, all: byHint, seen }))
  console.log(JSON.stringify({
    ...figure,
    by: 'journal',
    ours: median(byJournal),
    wanted: 1000,
    all: byJournal,
    timelineCompleteMs: Math.round(Math.max(...timeline))
  }))
} finally {
  await stage.stop()
}
